/**
 * A partition as its strip shows it: which offsets are in view and where each marker stands. An offset is the left edge
 * of its record; what lies further left than the view is said by a number and a marker that points there.
 */
import type { PartitionScene, RecordScene, ReplicaScene } from '#lib/scene/scene.ts';

export interface StripView {
  /** First offset in view. */
  readonly from: number;
  readonly cells: number;
  /** By cell; null where the scene has no record for it. */
  readonly records: readonly (RecordScene | null)[];
  /** Records before the view that are still in the log. */
  readonly hidden: number;
  /** The log's start is in view. */
  readonly starts: boolean;
  /** Records below this offset are done for every reader; -1 = somebody has committed nothing, or nobody reads. */
  readonly doneBelow: number;
  readonly lag: number | null;
}

export interface MarkerView {
  readonly kind: 'committed' | 'position';
  readonly group: string;
  readonly offset: number;
  /** Cells from the left edge of the view. */
  readonly place: number;
  /** It stands further left than the view. */
  readonly before: boolean;
}

export function stripView(partition: PartitionScene, cells: number): StripView {
  const from = Math.max(partition.logStart, partition.end - cells);
  const count = Math.max(0, partition.end - from);
  const records: (RecordScene | null)[] = Array.from({ length: count }, () => null);
  for (const record of partition.records) {
    const cell = record.offset - from;
    if (cell >= 0 && cell < count) records[cell] = record;
  }
  const committed = partition.readers.map((reader) => reader.committed);
  return {
    from,
    cells: count,
    records,
    hidden: from - partition.logStart,
    starts: from === partition.logStart,
    doneBelow: committed.length === 0 ? -1 : Math.min(...committed),
    lag: partition.readers.length === 0 ? null : Math.max(...partition.readers.map(({ lag }) => lag)),
  };
}

/** Where committed and position coincide only the committed one shows. */
export function markersOf(partition: PartitionScene, view: StripView): MarkerView[] {
  const marker = (kind: MarkerView['kind'], group: string, offset: number): MarkerView => ({
    kind,
    group,
    offset,
    place: placeIn(view, offset),
    before: offset < view.from,
  });
  return partition.readers.flatMap(({ group, committed, position }) => [
    ...(position >= 0 && position !== committed ? [marker('position', group, position)] : []),
    ...(committed >= 0 ? [marker('committed', group, committed)] : []),
  ]);
}

/** Between the rails of a partition's copies. */
export const RAIL_PITCH = 3;
/** More copies than there is room for: the rest are in the table. */
const MOST_RAILS = 4;

/** Copies that follow, in the order of preference. */
export function followersOf(partition: PartitionScene): ReplicaScene[] {
  return partition.replicas.filter(({ leads }) => !leads).slice(0, MOST_RAILS);
}

/** Cells from the left edge of the view to an offset, within it. */
export function placeIn(view: StripView, offset: number): number {
  return Math.max(0, Math.min(view.cells, offset - view.from));
}
