/**
 * Everything about a run that only ever grows: logs, deliveries, ledgers, tables, packets' cargo, lanes. Taken from
 * each record once, when it arrives; scenes and the timeline look things up here by seq. What changes back and forth is
 * in the scene's state (scene/fold).
 */
import { nameOf } from '#sim/base/names.ts';
import { A, ALSO, B, C, CAUSE, D, E, ENTITY, F, KIND, LID, MID, type Block } from '#sim/trace/block.ts';
import { Delivered, Kind, RECORD_FLOATS, RECORD_WORDS, TransactionState } from '#sim/trace/vocabulary.ts';
import type { Ground } from '#lib/scene/ground.ts';
import { LaneFacts } from '#lib/scene/lane-facts.ts';
import { LogFacts } from '#lib/scene/log-facts.ts';
import { PacketFacts } from '#lib/scene/packet-facts.ts';
import { PictureCache } from '#lib/scene/picture-cache.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { LedgerRowScene, RecordScene } from '#lib/scene/scene.ts';
import { TransactionFacts } from '#lib/scene/transaction-facts.ts';
import { CountFacts, LedgerFacts, TableFacts } from '#lib/scene/store-facts.ts';

/** Packet kinds carry a mark (kernel/queue's BACKGROUND) above these bits where they do not hold a run up. */
export const PACKET_BITS = 0xfff;

export class RunFacts {
  readonly ground: Ground;
  readonly logs: LogFacts;
  readonly ledgers: readonly LedgerFacts[];
  readonly tables: readonly TableFacts[];
  readonly packets = new PacketFacts();
  readonly marks: TransactionFacts;
  readonly lanes: LaneFacts;
  /** By database entity: open transactions. */
  readonly transactions = new Map<number, CountFacts>();
  /** Rows of strips and ledgers that were written out before. */
  readonly recordCache = new PictureCache<RecordScene>();
  readonly ledgerCache = new PictureCache<LedgerRowScene>();
  /** By partition: entity of the node that leads, as far as the trace has come. */
  private readonly leaders: number[];
  private readonly trace: ReceivedTrace;
  private next = 0;

  constructor(trace: ReceivedTrace, ground: Ground) {
    this.trace = trace;
    this.ground = ground;
    this.leaders = ground.partitions.map(({ leaderEntity }) => leaderEntity);
    this.logs = new LogFacts(ground.partitions.map(({ later }) => (later ? Infinity : -1)));
    this.marks = new TransactionFacts(ground.partitions.length);
    this.ledgers = ground.ledgers.map(() => new LedgerFacts());
    this.tables = ground.tables.map(() => new TableFacts());
    this.lanes = new LaneFacts(ground);
  }

  /** Takes in what the trace has gained. */
  extend(): void {
    const end = this.trace.records;
    while (this.next < end) {
      const block = this.trace.blockOf(this.next);
      for (let row = this.next - block.first; row < block.count; row += 1) this.take(block, row);
      this.next = block.first + block.count;
    }
  }

  private take(block: Block, row: number): void {
    const { ints } = block;
    const base = row * RECORD_WORDS;
    const seq = block.first + row;
    switch (ints[base + KIND]) {
      case Kind.send:
        return this.takeSend(block, row, base, seq);
      case Kind.append:
        return this.takeAppend(block, row, base, seq);
      case Kind.deliver:
        return this.takeDelivery(ints, base, seq);
      case Kind.effect:
        return this.takeEffect(block, row, base, seq);
      case Kind.database: {
        const table = this.tables[this.ground.tableRow(ints[base + B] as number)];
        table?.add(seq, nameOf(this.ground.catalog.names, ints[base + A] as number) === 'insert');
        return;
      }
      case Kind.transaction:
        return this.takeTransaction(ints, base, seq);
      case Kind.commit: {
        const partition = this.ground.partitionRow(ints[base + B] as number, ints[base + C] as number);
        const group = this.ground.groupRow(ints[base + A] as number);
        this.lanes.commit(group, partition, ints[base + D] as number, timeOf(block, row));
        return;
      }
      default:
        return this.takeControl(block, row, base, seq);
    }
  }

  /** A topic has more partitions from here on, unless that was refused. */
  private takeGrowth(ints: Int32Array, base: number, seq: number): void {
    if ((ints[base + D] as number) >= 0) return;
    for (let number = ints[base + C] as number; number < (ints[base + B] as number); number += 1)
      this.logs.bear(this.ground.partitionRow(ints[base + A] as number, number), seq);
  }

  private takeControl(block: Block, row: number, base: number, seq: number): void {
    const { ints } = block;
    switch (ints[base + KIND]) {
      case Kind.assign: {
        const group = this.ground.groupRow(ints[base + A] as number);
        const topic = nameOf(this.ground.catalog.names, ints[base + B] as number);
        const member = this.ground.entityName(ints[base + D] as number);
        this.lanes.assign(group, member, `${topic}/${ints[base + C]}`);
        return;
      }
      case Kind.machine: {
        if (!this.ground.isCoordinator(ints[base + A] as number)) return;
        const group = this.ground.groupRow(ints[base + E] as number);
        const state = nameOf(this.ground.catalog.names, ints[base + D] as number);
        this.lanes.group(group, state, ints[base + F] as number, timeOf(block, row), seq);
        return;
      }
      case Kind.fault:
        this.lanes.fault(ints[base + A] as number, ints[base + B] === 1, timeOf(block, row), seq);
        return;
      case Kind.lead: {
        const partition = this.ground.partitionRow(ints[base + A] as number, ints[base + B] as number);
        this.logs.leadFrom(partition, ints[base + D] as number);
        if (partition >= 0) this.leaders[partition] = ints[base + ENTITY] as number;
        if (partition >= 0) this.lanes.endAt(partition, ints[base + C] as number, timeOf(block, row));
        return;
      }
      case Kind.partitions:
        this.takeGrowth(ints, base, seq);
        return;
      case Kind.marker: {
        const partition = this.ground.partitionRow(ints[base + A] as number, ints[base + B] as number);
        const offset = ints[base + C] as number;
        this.marks.mark(partition, offset, ints[base + E] as number, ints[base + D] === 1, seq);
        if (partition >= 0) this.lanes.append(partition, offset, timeOf(block, row));
        return;
      }
      case Kind.stable: {
        const partition = this.ground.partitionRow(ints[base + A] as number, ints[base + B] as number);
        const offset = ints[base + C] as number;
        this.marks.stand(partition, offset, offset < (ints[base + D] as number), seq);
        return;
      }
      case Kind.logStart:
      case Kind.compacted: {
        const partition = this.ground.partitionRow(ints[base + A] as number, ints[base + B] as number);
        const offset = ints[base + C] as number;
        if (ints[base + KIND] === Kind.logStart) {
          this.logs.begin(partition, offset, seq);
          this.lanes.startAt(partition, offset, timeOf(block, row));
        } else this.logs.compact(partition, offset, seq);
      }
    }
  }

  private takeSend(block: Block, row: number, base: number, seq: number): void {
    const { ints } = block;
    const from = ints[base + ENTITY] as number;
    const verdict = ints[base + C];
    if (verdict === Delivered.dropped && (ints[base + D] as number) >= 0) {
      this.lanes.dropped(this.ground.entityName(from), timeOf(block, row), seq);
    }
    const packet = this.ground.packetName((ints[base + B] as number) & PACKET_BITS);
    if (packet === 'Fetch response') this.packets.leaves(from, ints[base + A] as number, seq);
  }

  private takeAppend(block: Block, row: number, base: number, seq: number): void {
    const { ints } = block;
    const partition = this.ground.partitionRow(ints[base + A] as number, ints[base + B] as number);
    const offset = ints[base + C] as number;
    const packet = ints[base + ALSO] as number;
    const lid = ints[base + LID] as number;
    if (!this.logs.isFenced(partition, ints[base + E] as number)) {
      this.logs.append(partition, offset, seq);
      if ((ints[base + F] as number) > 0)
        this.marks.append(partition, offset, (ints[base + F] as number) - 1);
      this.lanes.append(partition, offset, timeOf(block, row));
    }
    if (packet >= 0) this.packets.put(packet, lid, ints[base + MID] as number);
    const owner = this.ground.catalog.events.owner.data[lid] as number;
    this.packets.hop(owner, ints[base + ENTITY] as number, seq);
  }

  private takeDelivery(ints: Int32Array, base: number, seq: number): void {
    const lid = ints[base + LID] as number;
    const member = ints[base + ENTITY] as number;
    this.logs.deliver(lid, ints[base + A] as number, seq);
    const partition = this.ground.partitionRow(ints[base + B] as number, ints[base + C] as number);
    const leader = this.leaders[partition] ?? -1;
    const since = Math.max(ints[base + CAUSE] as number, ints[base + ALSO] as number);
    const packet = this.packets.bringer(leader, member, since, seq);
    if (packet >= 0) this.packets.put(packet, lid, ints[base + MID] as number);
    this.packets.hop(leader, member, seq);
  }

  private takeEffect(block: Block, row: number, base: number, seq: number): void {
    const { ints } = block;
    const amount = block.floats[row * RECORD_FLOATS + 1] as number;
    const ledger = this.ledgers[this.ground.ledgerRow(ints[base + A] as number)];
    ledger?.add(seq, timeOf(block, row), ints[base + B] as number, amount);
    this.packets.hop(ints[base + D] as number, ints[base + ENTITY] as number, seq);
  }

  private takeTransaction(ints: Int32Array, base: number, seq: number): void {
    const database = ints[base + ENTITY] as number;
    let open = this.transactions.get(database);
    if (open === undefined) this.transactions.set(database, (open = new CountFacts()));
    open.add(seq, ints[base + A] === TransactionState.begin ? 1 : -1);
  }
}

function timeOf(block: Block, row: number): number {
  return block.floats[row * RECORD_FLOATS] as number;
}
