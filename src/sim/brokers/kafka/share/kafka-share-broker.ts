/**
 * A broker node of a cluster in which some group shares its partitions: the node that everybody else has, and beside it
 * what KIP-932 adds. A class of its own, so that a cluster without share groups has nothing of them, not even a question.
 */
import { START, type Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { SimTime } from '#sim/base/time.ts';
import { KafkaBroker, type KafkaBrokerParts } from '#sim/brokers/kafka/broker.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { afterEvent, shareBusy, shareEvent } from '#sim/brokers/kafka/share/broker-share.ts';
import {
  createShareState,
  type ShareSettings,
  type ShareState,
  type ShareTurn,
} from '#sim/brokers/kafka/share/share-state.ts';

export interface SharingBrokerState extends BrokerState {
  readonly share: ShareState;
}

export class KafkaShareBroker extends KafkaBroker {
  declare state: SharingBrokerState;
  private readonly ground: Pick<ShareTurn, 'catalog' | 'metadata' | 'node' | 'settings'>;

  constructor(parts: KafkaBrokerParts, settings: ShareSettings) {
    super(parts);
    const { catalog, metadata, node } = parts;
    this.ground = { catalog, metadata, node, settings };
    this.state = { ...this.state, share: createShareState() };
  }

  override handle(event: Event, ctx: Ctx): void {
    const { kind, a } = event;
    const alive = this.state.up || kind === START;
    if (!alive || !shareEvent(this.turn(ctx), event)) super.handle(event, ctx);
    if (alive) afterEvent(this.turn(ctx), kind, a);
  }

  override busy(now: SimTime): boolean {
    return shareBusy(this.state.share) || super.busy(now);
  }

  private turn(ctx: Ctx): ShareTurn {
    const { logs, share } = this.state;
    return { ...this.ground, logs, share, ctx };
  }
}
