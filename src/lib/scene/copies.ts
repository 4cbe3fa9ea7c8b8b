/**
 * The copies of a partition in a scene: who leads it, who is in sync, how far each copy and the high watermark are. Only
 * where a partition has several copies; alone, the log's end says it all.
 */
import type { Row } from '#sim/trace/block.ts';
import { Kind } from '#sim/trace/vocabulary.ts';
import type { Ground } from '#lib/scene/ground.ts';
import type { PartitionScene, ReplicaScene } from '#lib/scene/scene.ts';

/** In entities; -1 = nobody leads. */
export interface CopiesFold {
  leader: number;
  epoch: number;
  highWatermark: number;
  inSync: number[];
  /** By copy, in the order of preference. */
  ends: number[];
}

/** Where copies are kept: a part of SceneState. */
export interface CopiesState {
  ends: number[];
  copies: (CopiesFold | null)[];
}

export function firstCopies(ground: Ground): (CopiesFold | null)[] {
  return ground.partitions.map(({ replicas }) =>
    replicas.length < 2
      ? null
      : {
          leader: replicas[0] ?? -1,
          epoch: 0,
          highWatermark: 0,
          inSync: [...replicas],
          ends: replicas.map(() => 0),
        },
  );
}

export function copyOfCopies(copies: CopiesState['copies']): CopiesState['copies'] {
  return copies.map((one) =>
    one === null ? null : { ...one, inSync: [...one.inSync], ends: [...one.ends] },
  );
}

/** A node has written at `offset`; false where it leads no longer, so that the partition's log does not have the record. */
export function written(
  { copies }: CopiesState,
  ground: Ground,
  partition: number,
  entity: number,
  offset: number,
  epoch: number,
): boolean {
  const copy = copies[partition];
  if (copy === undefined || copy === null) return true;
  setEnd(copy, ground, partition, entity, offset + 1);
  return epoch >= copy.epoch;
}

function setEnd(copy: CopiesFold, ground: Ground, partition: number, entity: number, end: number): void {
  const place = ground.partitions[partition]?.replicas.indexOf(entity) ?? -1;
  if (place >= 0) copy.ends[place] = end;
}

/** The rare records of replication. */
export function applyCopies(state: CopiesState, ground: Ground, row: Row): void {
  const partition = ground.partitionRow(row.a, row.b);
  const copy = state.copies[partition];
  if (copy === undefined || copy === null) return;
  switch (row.kind) {
    case Kind.elect:
      copy.leader = row.c;
      copy.epoch = row.d;
      return;
    case Kind.lead:
      if (row.d < copy.epoch) return;
      copy.highWatermark = row.e;
      state.ends[partition] = row.c;
      setEnd(copy, ground, partition, row.entity, row.c);
      return;
    case Kind.isr:
      copy.inSync = copy.inSync.filter((entity) => entity !== row.c);
      if (row.d === 1) copy.inSync.push(row.c);
      return;
    case Kind.highWatermark:
      if (row.e >= copy.epoch) copy.highWatermark = row.c;
      return;
    case Kind.truncate:
    case Kind.replicate:
      setEnd(copy, ground, partition, row.entity, row.c);
  }
}

/** What a partition's scene says of its copies. */
export function copiesScene(
  state: CopiesState,
  ground: Ground,
  partition: number,
): Pick<PartitionScene, 'leader' | 'epoch' | 'highWatermark' | 'replicas'> {
  const known = ground.partitions[partition];
  const copy = state.copies[partition];
  if (copy === undefined || copy === null || known === undefined) {
    return {
      leader: known?.leader ?? '',
      epoch: 0,
      highWatermark: state.ends[partition] ?? 0,
      replicas: [],
    };
  }
  return {
    leader: copy.leader < 0 ? '' : ground.entityName(copy.leader),
    epoch: copy.epoch,
    highWatermark: copy.highWatermark,
    replicas: known.replicas.map((entity, place): ReplicaScene => ({
      node: ground.entityName(entity),
      leads: entity === copy.leader,
      inSync: copy.inSync.includes(entity),
      end: copy.ends[place] ?? 0,
    })),
  };
}
