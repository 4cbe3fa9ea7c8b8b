/** A member of an `offsets` case: a process with a consumer, whose program makes the calls that the case says. */
import { CRASHED, START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { KafkaConsumer } from '#sim/brokers/kafka/client/kafka-consumer.ts';
import { FETCH_RESPONSE } from '#sim/brokers/kafka/protocol.ts';

/** The program's turn to make a call. */
export const TURN = 16;

/** A process with a consumer, and the call that its program is to make next. */
export class Member implements Entity {
  state: unknown = null;
  readonly consumer: KafkaConsumer;
  /** Fetch answers since the last call. */
  answers = 0;
  /** Fetches under way that ask from positions that no longer hold. */
  outdated: readonly number[] = [];
  ready = false;
  settled: string | null | undefined = undefined;
  failed: string | null = null;
  call: (ctx: Ctx, consumer: KafkaConsumer) => void = () => undefined;

  constructor(make: (member: Member) => KafkaConsumer) {
    this.consumer = make(this);
  }

  handle(event: Event, ctx: Ctx): void {
    if (event.kind === START) this.consumer.start(ctx);
    else if (event.kind === CRASHED) this.consumer.crashed();
    else if (event.kind === TURN) this.call(ctx, this.consumer);
    else if (this.consumer.owns(event.kind)) {
      const fetched = event.kind === FETCH_RESPONSE;
      if (fetched && !this.outdated.includes(event.a)) this.answers += 1;
      this.consumer.handle(event, ctx);
    }
  }
}

export function outdatedFetches(consumer: KafkaConsumer): number[] {
  const { requests, owned } = consumer.state;
  const outdated: number[] = [];
  for (const request of requests) {
    if (request.of !== 'fetch') continue;
    const holds = request.partitions.every(({ partition, offset }) =>
      owned.some((known) => known.row === partition && known.position === offset),
    );
    if (!holds) outdated.push(request.correlation);
  }
  return outdated;
}

export function waitsForOutdated({ consumer, outdated }: Member): boolean {
  return consumer.state.requests.some(({ correlation }) => outdated.includes(correlation));
}
