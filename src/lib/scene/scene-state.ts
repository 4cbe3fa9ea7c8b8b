/**
 * What changes back and forth in a run, in ids: the part of a scene that is folded record by record and copied into
 * keyframes. Plain data without strings; small, because all that only grows is found in RunFacts.
 */
import { copyOfCopies, type CopiesState } from '#lib/scene/copies.ts';

export interface ProcessFold {
  /** ProcessState. */
  state: number;
  factor: number;
  since: number;
  back: number;
  changed: number;
  generation: number;
  group: number;
  /** Rows of partitions. */
  assigned: number[];
  handled: number;
  /** Seqs of the latest effects, oldest first. */
  effects: number[];
  /** What it has in hand; lid -1 = nothing. */
  lid: number;
  mid: number;
  partition: number;
  offset: number;
  delivery: number;
  deliveries: number;
  handSince: number;
  /** Name id of the step that it is in (`inside` 1) or has taken last; -1 = none. */
  point: number;
  inside: number;
  stepSince: number;
  /** Name id of its failure, -1 = it went well. */
  failed: number;
  /** Event type of the program that runs, -1 = its arrivals'. */
  type: number;
}

export interface GroupFold {
  /** Name id. */
  state: number;
  generation: number;
  since: number;
  /**
   * In the order in which they were first seen. A process that came back before its old membership ended is counted in
   * twice for a while.
   */
  members: { entity: number; memberships: number }[];
}

export interface MachineFold {
  /** Name ids. */
  machine: number;
  entity: number;
  subject: number;
  from: number;
  event: number;
  state: number;
  since: number;
  seq: number;
}

export interface FaultFold {
  number: number;
  kind: number;
  target: number;
  since: number;
  seq: number;
}

export interface SceneState extends CopiesState {
  /** Seq of the next record. */
  seq: number;
  processes: ProcessFold[];
  /** By partition. */
  ends: number[];
  /** By group and partition (Ground.slot): -1 = none. */
  committed: number[];
  positions: number[];
  owners: number[];
  groups: GroupFold[];
  machines: MachineFold[];
  faults: FaultFold[];
  /** Seqs of packets that may still be under way, and how many there may be before those that are there are let go. */
  flights: number[];
  flightsAllowed: number;
  /** By Counter. */
  counters: number[];
}

export const Counter = {
  produced: 0,
  confirmed: 1,
  refused: 2,
  appended: 3,
  delivered: 4,
  redelivered: 5,
  handled: 6,
  failed: 7,
  skipped: 8,
  effects: 9,
  commits: 10,
  commitsRefused: 11,
  retries: 12,
  packets: 13,
  packetsLost: 14,
} as const;

export function createProcess(): ProcessFold {
  return {
    state: 0,
    factor: 1,
    since: 0,
    back: 0,
    changed: -1,
    generation: -1,
    group: -1,
    assigned: [],
    handled: 0,
    effects: [],
    lid: -1,
    mid: -1,
    partition: -1,
    offset: -1,
    delivery: 0,
    deliveries: 0,
    handSince: 0,
    point: -1,
    inside: 0,
    stepSince: 0,
    failed: -1,
    type: -1,
  };
}

export function createSceneState(
  entities: number,
  partitions: number,
  groups: number,
  copies: CopiesState['copies'],
): SceneState {
  const filled = (length: number, value: number): number[] => Array.from({ length }, () => value);
  return {
    seq: 0,
    processes: Array.from({ length: entities }, createProcess),
    ends: filled(partitions, 0),
    copies,
    committed: filled(partitions * groups, -1),
    positions: filled(partitions * groups, -1),
    owners: filled(partitions * groups, -1),
    groups: Array.from({ length: groups }, () => ({ state: -1, generation: -1, since: 0, members: [] })),
    machines: [],
    faults: [],
    flights: [],
    flightsAllowed: 64,
    counters: filled(Object.keys(Counter).length, 0),
  };
}

export function copyState(state: SceneState): SceneState {
  return {
    ...state,
    processes: state.processes.map((process) => ({
      ...process,
      assigned: [...process.assigned],
      effects: [...process.effects],
    })),
    ends: [...state.ends],
    copies: copyOfCopies(state.copies),
    committed: [...state.committed],
    positions: [...state.positions],
    owners: [...state.owners],
    groups: state.groups.map((group) => ({
      ...group,
      members: group.members.map((member) => ({ ...member })),
    })),
    machines: state.machines.map((machine) => ({ ...machine })),
    faults: state.faults.map((fault) => ({ ...fault })),
    flights: [...state.flights],
    counters: [...state.counters],
  };
}
