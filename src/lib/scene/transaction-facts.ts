/**
 * Transactions of the broker as its logs show them: which records belong to one, which markers ended them, and where the
 * last stable offset stood. Append-only, like the other facts; what held at a time is found by the seqs in them.
 */
import type { MarkerScene, RecordTransaction } from '#lib/scene/scene.ts';

/** A transaction on one partition. */
interface Ended {
  /** Seq of its marker, Infinity = it has none yet. */
  seq: number;
  committed: boolean;
}

interface Mark extends MarkerScene {
  readonly seq: number;
}

interface Stable {
  readonly seq: number;
  readonly offset: number;
  readonly held: boolean;
}

interface PartitionFacts {
  /** By offset. */
  readonly records: Map<number, Ended>;
  /** By producer: what its next marker ends. */
  readonly open: Map<number, Ended>;
  readonly markers: Mark[];
  readonly stable: Stable[];
}

export class TransactionFacts {
  private readonly partitions: readonly PartitionFacts[];

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => ({
      records: new Map(),
      open: new Map(),
      markers: [],
      stable: [],
    }));
  }

  append(partition: number, offset: number, producer: number): void {
    const facts = this.partitions[partition];
    if (facts === undefined) return;
    const open = facts.open.get(producer) ?? { seq: Infinity, committed: false };
    facts.open.set(producer, open);
    facts.records.set(offset, open);
  }

  mark(partition: number, offset: number, producer: number, committed: boolean, seq: number): void {
    const facts = this.partitions[partition];
    if (facts === undefined) return;
    facts.markers.push({ offset, committed, seq });
    const open = facts.open.get(producer);
    if (open === undefined) return;
    open.seq = seq;
    open.committed = committed;
    facts.open.delete(producer);
  }

  stand(partition: number, offset: number, held: boolean, seq: number): void {
    this.partitions[partition]?.stable.push({ seq, offset, held });
  }

  /** What had become of a record's transaction by the records before `seq`; undefined = it belongs to none. */
  of(partition: number, offset: number, seq: number): RecordTransaction | undefined {
    const known = this.partitions[partition]?.records.get(offset);
    if (known === undefined) return undefined;
    if (known.seq >= seq) return 'open';
    return known.committed ? 'committed' : 'aborted';
  }

  /** Markers from one offset to another. */
  markers(partition: number, from: number, to: number, seq: number): MarkerScene[] {
    const found: MarkerScene[] = [];
    for (const marker of this.partitions[partition]?.markers ?? []) {
      if (marker.seq >= seq || marker.offset < from || marker.offset >= to) continue;
      found.push({ offset: marker.offset, committed: marker.committed });
    }
    return found;
  }

  /** Where an open transaction held the last stable offset back; null = it is the high watermark. */
  stableOffset(partition: number, seq: number): number | null {
    let last: Stable | null = null;
    for (const stable of this.partitions[partition]?.stable ?? []) if (stable.seq < seq) last = stable;
    return last === null || !last.held ? null : last.offset;
  }
}
