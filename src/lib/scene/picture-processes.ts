/** Processes, groups and machines of a scene, written out from its folded state. */
import { keyText } from '#sim/messaging/keys.ts';
import { ProcessState } from '#sim/trace/vocabulary.ts';
import type { Ground } from '#lib/scene/ground.ts';
import { messageOf } from '#lib/scene/message.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type {
  AssignedScene,
  EffectScene,
  GroupScene,
  LaneScene,
  MachineScene,
  ProcessScene,
  ProcessWord,
} from '#lib/scene/scene.ts';
import type { ProcessFold, SceneState } from '#lib/scene/scene-state.ts';

const WORDS: Readonly<Record<number, ProcessWord>> = {
  [ProcessState.running]: 'running',
  [ProcessState.paused]: 'paused',
  [ProcessState.slow]: 'slow',
  [ProcessState.crashed]: 'crashed',
};

function assignedOf(ground: Ground, process: ProcessFold): AssignedScene[] {
  return process.assigned.flatMap((row) => {
    const known = ground.partitions[row];
    return known === undefined ? [] : [{ topic: known.topic, partition: known.partition }];
  });
}

/** It owns partitions by its own belief, and the group has gone on without it. */
function isZombie(state: SceneState, entity: number, process: ProcessFold): boolean {
  const group = state.groups[process.group];
  if (group === undefined || process.assigned.length === 0) return false;
  const member = group.members.find((other) => other.entity === entity);
  return process.generation < group.generation || (member !== undefined && member.memberships === 0);
}

function laneOf(ground: Ground, name: string, process: ProcessFold): LaneScene {
  const service = ground.topology.services.find(({ instances }) =>
    instances.some((instance) => instance.name === name),
  );
  const point = ground.name(process.point);
  const place = ground.stepAt(point);
  const type = process.type < 0 ? null : ground.name(process.type);
  const program = service?.programs.findIndex(({ event }) => event === type) ?? -1;
  const partition = ground.partitions[process.partition];
  return {
    inHand:
      process.lid < 0 || partition === undefined
        ? null
        : {
            ...messageOf(ground.catalog, process.lid, process.mid),
            topic: partition.topic,
            partition: partition.partition,
            offset: process.offset,
            delivery: process.delivery,
            deliveries: process.deliveries,
            since: process.handSince,
          },
    program: place?.program ?? program,
    step: place?.step ?? -1,
    point,
    inside: process.inside === 1,
    stepSince: process.stepSince,
    failed: ground.name(process.failed),
  };
}

function effectsOf(ground: Ground, trace: ReceivedTrace, seqs: readonly number[]): EffectScene[] {
  const { keys, names } = ground.catalog;
  return seqs.flatMap((seq) => {
    const row = trace.row(seq);
    if (row === null) return [];
    return [{ effect: ground.name(row.a), key: keyText(keys, names, row.b), at: row.at, seq }];
  });
}

export function processScenes(state: SceneState, ground: Ground, trace: ReceivedTrace): ProcessScene[] {
  const scenes: ProcessScene[] = [];
  ground.entities.forEach(({ name, kind, whole }, entity) => {
    const process = state.processes[entity];
    if (kind === null || process === undefined) return;
    const word = WORDS[process.state] ?? 'running';
    const alive = word === 'running' || word === 'slow';
    scenes.push({
      entity,
      name,
      kind,
      whole,
      word: alive && isZombie(state, entity, process) ? 'zombie' : word,
      since: process.since,
      back: process.back > 0 ? process.back : null,
      factor: process.factor,
      changed: process.changed,
      generation: process.generation,
      group: ground.topology.groups[process.group]?.name ?? null,
      assigned: assignedOf(ground, process),
      lanes: kind === 'service' ? [laneOf(ground, name, process)] : [],
      lastEffects: effectsOf(ground, trace, process.effects),
      handled: process.handled,
    });
  });
  return scenes;
}

export function groupScenes(state: SceneState, ground: Ground): GroupScene[] {
  return ground.topology.groups.map(({ name }, row) => {
    const group = state.groups[row];
    return {
      name,
      state: ground.name(group?.state ?? -1),
      generation: group?.generation ?? -1,
      since: group?.since ?? 0,
      members: (group?.members ?? []).map(({ entity, memberships }) => {
        const process = state.processes[entity];
        return {
          name: ground.entityName(entity),
          entity,
          generation: process?.generation ?? -1,
          known: memberships > 0,
          assigned: process === undefined ? [] : assignedOf(ground, process),
        };
      }),
    };
  });
}

export function machineScenes(state: SceneState, ground: Ground): MachineScene[] {
  return state.machines.map((machine) => ({
    machine: ground.name(machine.machine),
    entity: machine.entity,
    subject: ground.name(machine.subject),
    state: ground.name(machine.state),
    from: ground.name(machine.from),
    event: ground.name(machine.event),
    since: machine.since,
    seq: machine.seq,
  }));
}
