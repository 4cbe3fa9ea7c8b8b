/**
 * The world of an `offsets` case: one broker with one topic whose log is filled beforehand, and consumers by alias, all
 * in a kernel in which packets take no time. Calls of a program are made within an event of its entity, at the moment
 * that the case says.
 */
import { intAt } from '#sim/base/column.ts';
import { intern, nameOf } from '#sim/base/names.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import { CRASHED, START, type Ctx } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { createStreamTable } from '#sim/kernel/random.ts';
import { addEvent, addMessage, createCatalog, type Catalog } from '#sim/messaging/catalog.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';
import type { Assignor } from '#sim/brokers/kafka/assignors/assignor.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
import { KafkaBroker } from '#sim/brokers/kafka/broker.ts';
import { brokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import type { ConsumerSettings, Offsets } from '#sim/brokers/kafka/client/consumer-state.ts';
import { KafkaConsumer } from '#sim/brokers/kafka/client/kafka-consumer.ts';
import { brokerValues, logsIn, settingsIn } from '#sim/brokers/kafka/client/verbs-given.ts';
import { Member, outdatedFetches, TURN, waitsForOutdated } from '#sim/brokers/kafka/client/verbs-member.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { LEAVE_GROUP, OFFSET_COMMIT, PRODUCE } from '#sim/brokers/kafka/protocol.ts';
import { numberOf, recordOf, textOf, type Step } from '#sim/brokers/kafka/verbs/step.ts';

/** Longest wait, in virtual time, for what a call needs: a fetch of an old position that is still under way. */
const PATIENCE = 1_000 * MILLISECOND;

export class OffsetsLab {
  private readonly catalog: Catalog = createCatalog();
  private readonly kernel = new Kernel(createStreamTable(0), 0, new TraceRecorder('none', false));
  private readonly topic: string;
  private readonly group: string;
  private readonly metadata: Metadata;
  private readonly broker: KafkaBroker;
  private readonly config: ConsumerSettings;
  private readonly loader: number;
  private readonly values = new Map<number, unknown>();
  private readonly members = new Map<
    string,
    { readonly id: number; readonly member: Member; alive: boolean }
  >();
  private owner: string | null = null;
  /** In ms. */
  clock = 0;

  constructor(given: Step) {
    const logs = logsIn(given);
    this.topic = textOf(given['topic'], 't');
    this.group = textOf(given['group'], 'g');
    this.metadata = this.describe(logs.length);
    this.config = settingsIn(given);
    this.broker = new KafkaBroker({
      catalog: this.catalog,
      metadata: this.metadata,
      node: 0,
      settings: brokerSettings(brokerValues(given)),
      logStarts: new Map(logs.map(({ start }, row) => [row, start])),
    });
    this.kernel.add(this.broker);
    this.loader = this.kernel.add({ state: null, handle: () => undefined });
    this.kernel.tell(0, START);
    logs.forEach(({ values }, row) => this.fill(row, values));
    this.commitBeforehand(given['committed']);
  }

  private describe(partitions: number): Metadata {
    const topic = intern(this.catalog.names, this.topic);
    const rows = Array.from({ length: partitions }, (_, row) => row);
    return {
      partitions: rows.map((partition) => ({ topic, topicName: this.topic, partition, leader: 0 })),
      rowsOf: new Map([[this.topic, rows]]),
      nodes: [0],
      coordinatorOf: () => 0,
    };
  }

  private fill(row: number, values: readonly unknown[]): void {
    const mids = Int32Array.from(values, (value) => {
      const mid = addMessage(
        this.catalog,
        addEvent(this.catalog, -1, this.loader, this.values.size + 1, -1, -1, -1),
        0,
      );
      this.values.set(mid, value);
      return mid;
    });
    if (mids.length === 0) return;
    const batches = [{ partition: row, mids, baseSequence: -1, bytes: 100 * mids.length }];
    this.ask(PRODUCE, { acks: 1, producerId: -1, producerEpoch: -1, batches });
  }

  private commitBeforehand(committed: unknown): void {
    if (committed === undefined || committed === null) return;
    const written = typeof committed === 'number' ? { [`${this.topic}-0`]: committed } : recordOf(committed);
    const offsets = Object.keys(written).map((name) => ({
      partition: this.rowNamed(name),
      offset: numberOf(written[name], 0),
    }));
    const nobody = {
      group: this.group,
      memberId: '',
      groupInstanceId: null,
      generation: -1,
      entity: this.loader,
    };
    this.ask(OFFSET_COMMIT, { ...nobody, offsets });
  }

  /** A request from outside of all consumers. */
  private ask(kind: number, data: unknown): void {
    this.kernel.post(this.now, ORDINARY_CLASS, 0, this.loader, kind, 0, 0, 0, 0, 0, data);
    this.run();
  }

  private get now(): number {
    return this.clock * MILLISECOND;
  }

  private run(): void {
    while (this.kernel.step(this.now));
  }

  passTo(clock: number): void {
    if (clock > this.clock) this.clock = clock;
    this.run();
  }

  /** Lets time pass, event by event, until `over` or the patience ends. */
  private wait(over: () => boolean): void {
    const limit = this.now + PATIENCE;
    this.run();
    while (!over()) {
      const next = this.kernel.nextEventAt;
      if (next < 0 || next > limit) return;
      this.clock = next / MILLISECOND;
      this.run();
    }
  }

  rowNamed(name: unknown): number {
    const text = textOf(name, '');
    return text === '' ? 0 : Number(text.slice(text.lastIndexOf('-') + 1));
  }

  private at(alias: string): { readonly id: number; readonly member: Member; alive: boolean } {
    const known = this.members.get(alias);
    if (known !== undefined) return known;
    const member = new Member((self) => this.consumer(alias, self));
    const made = { id: this.kernel.add(member), member, alive: false };
    this.members.set(alias, made);
    return made;
  }

  private consumer(alias: string, member: Member): KafkaConsumer {
    const { catalog, metadata, config, group, topic } = this;
    return new KafkaConsumer({
      catalog,
      metadata,
      config,
      group,
      topics: [topic],
      clientId: alias,
      assignors: [this.assignor],
      listener: {
        ready: () => {
          if (member.answers <= 1) member.ready = true;
        },
        settled: (_ctx, ended) => {
          member.settled = ended.code < 0 ? null : nameOf(catalog.names, ended.code);
        },
        failed: (_ctx, ended) => {
          member.failed = nameOf(catalog.names, ended.code);
        },
      },
    });
  }

  /** Range, unless a case has said who is to have everything. */
  private readonly assignor: Assignor = {
    name: 'range',
    assign: (members, rowsOf) => {
      const owner =
        this.owner === null ? undefined : this.members.get(this.owner)?.member.consumer.state.member.id;
      if (!members.some(({ memberId }) => memberId === owner)) return rangeAssignor.assign(members, rowsOf);
      const rows = this.metadata.partitions.map((_, row) => row);
      return members.map(({ memberId }) => ({ memberId, partitions: memberId === owner ? rows : [] }));
    },
  };

  /** The program of `alias` makes a call, and everything that follows without time passing happens. */
  private call(alias: string, call: Member['call']): Member {
    const { id, member } = this.at(alias);
    member.call = call;
    this.kernel.post(this.now, ORDINARY_CLASS, id, id, TURN);
    this.run();
    return member;
  }

  private begin(alias: string): void {
    const found = this.at(alias);
    if (found.alive) return;
    found.alive = true;
    this.kernel.post(this.now, ORDINARY_CLASS, found.id, found.id, START);
    this.run();
  }

  private settledIn(alias: string): boolean {
    const { state } = this.at(alias).member.consumer;
    return (
      state.member.state === 'stable' && state.owned.every(({ fetchState }) => fetchState === 'fetching')
    );
  }

  /** Polls without taking records until the member has its partitions and their positions; the others take part. */
  private join(alias: string): void {
    this.begin(alias);
    if (!this.settledIn(alias)) {
      for (const [other, { alive }] of this.members) {
        if (!alive || other === alias) continue;
        this.call(other, (ctx, consumer) => {
          consumer.enforceRebalance();
          consumer.beginPoll(ctx);
        });
      }
    }
    this.wait(() => this.settledIn(alias) || this.at(alias).member.failed !== null);
    for (const [other, { alive }] of this.members)
      if (alive) this.call(other, (ctx, consumer) => consumer.endPoll(ctx));
  }

  private started(alias: string): void {
    if (!this.at(alias).alive) this.join(alias);
  }

  /** `began` is the position from which the poll returned its records. */
  poll(alias: string): { records: readonly unknown[]; began: unknown; error: string | null } {
    const { member, alive } = this.at(alias);
    member.answers = 0;
    member.ready = false;
    member.outdated = alive ? outdatedFetches(member.consumer) : [];
    if (!alive) this.begin(alias);
    else
      this.call(alias, (ctx, consumer) => {
        member.ready = consumer.beginPoll(ctx);
      });
    if (!this.settledIn(alias) && member.failed === null) this.join(alias);
    this.wait(
      () => member.ready || member.answers > 0 || member.failed !== null || !waitsForOutdated(member),
    );
    const records: unknown[] = [];
    const began = this.facts(alias).position;
    this.call(alias, (ctx, consumer) => {
      if (member.ready) this.take(ctx, consumer, records);
      consumer.endPoll(ctx);
    });
    return { records, began, error: member.failed };
  }

  private take(ctx: Ctx, consumer: KafkaConsumer, records: unknown[]): void {
    do {
      const delivery = consumer.next(ctx);
      if (delivery === null) return;
      records.push(this.values.get(delivery.mid));
      consumer.finished(ctx);
    } while (consumer.returned > 0);
  }

  /** commitSync, of all positions or of `offsets`; the refusal's code, null where it went well. */
  commit(alias: string, offsets: Offsets | null): string | null {
    this.started(alias);
    const { member } = this.at(alias);
    member.settled = undefined;
    this.call(alias, (ctx, consumer) => {
      const waits =
        offsets === null ? consumer.command(ctx, 'commit positions') : consumer.commit(ctx, offsets);
      if (!waits) member.settled = null;
    });
    this.wait(() => member.settled !== undefined);
    return member.settled === undefined ? 'REQUEST_TIMED_OUT' : member.settled;
  }

  seek(alias: string, row: number, offset: number): void {
    this.started(alias);
    this.call(alias, (ctx, consumer) => void consumer.seek(ctx, row, offset));
  }

  pause(alias: string, row: number, paused: boolean): void {
    this.started(alias);
    this.call(alias, (_ctx, consumer) => consumer.pause(row, paused));
  }

  close(alias: string): void {
    this.call(alias, (ctx, consumer) => consumer.close(ctx));
  }

  crash(alias: string): void {
    const found = this.at(alias);
    found.alive = false;
    found.member.failed = null;
    this.kernel.kill(found.id);
    this.kernel.tell(found.id, CRASHED);
  }

  /** A new process in place of one that is dead, or dies now; the group has forgotten the old member. */
  restart(alias: string): void {
    this.crash(alias);
    const { id } = this.at(alias);
    for (const [memberId, { entity }] of this.broker.state.groups.get(this.group)?.members ?? []) {
      if (entity !== id) continue;
      this.ask(LEAVE_GROUP, { group: this.group, memberId, groupInstanceId: null, generation: -1 });
    }
    this.join(alias);
  }

  rebalance(owner: string): void {
    this.owner = owner;
    const known = this.at(owner).alive;
    if (known) this.call(owner, (_ctx, consumer) => consumer.enforceRebalance());
    this.join(owner);
  }

  /** What a step may expect: positions of `alias`, what its group has committed, who is in the group. */
  facts(alias: string): { position: unknown; committed: unknown; inGroup: Record<string, boolean> } {
    const { owned } = this.at(alias).member.consumer.state;
    const persisted = this.broker.state.persisted.get(this.group);
    const position = this.byPartition((row) => owned.find((known) => known.row === row)?.position ?? -1);
    const committed = this.byPartition((row) =>
      persisted === undefined ? -1 : intAt(persisted.committed, row),
    );
    const members = [...(this.broker.state.groups.get(this.group)?.members.values() ?? [])];
    const inGroup: Record<string, boolean> = {};
    for (const [name, { id }] of this.members) inGroup[name] = members.some(({ entity }) => entity === id);
    return { position, committed, inGroup };
  }

  private byPartition(of: (row: number) => number): unknown {
    const values = this.metadata.partitions.map((_, row) => (of(row) < 0 ? null : of(row)));
    if (values.length === 1) return values[0];
    return Object.fromEntries(values.map((value, row) => [`${this.topic}-${row}`, value]));
  }
}
