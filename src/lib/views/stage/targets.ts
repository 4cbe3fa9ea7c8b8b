/**
 * What can be pointed at on the stage: one text per target, carried by the drawn element, and what choosing or breaking
 * it means. The reader's keys and pointer go by these texts alone.
 */
import type { Topology } from '#lib/scene/parts.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { CrashPhase, StagePlan } from '#lib/views/stage/plan.ts';

export type Target =
  | { readonly kind: 'process'; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'store'; readonly name: string }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'partition'; readonly topic: string; readonly partition: number }
  | { readonly kind: 'message'; readonly lid: number }
  | { readonly kind: 'step'; readonly process: string; readonly point: string }
  | { readonly kind: 'tick'; readonly process: string; readonly point: string; readonly phase: CrashPhase }
  | { readonly kind: 'link'; readonly from: string; readonly to: string; readonly id: string };

/** What `b` or a click on a crash point asks for; the page turns it into a fault of the file. */
export type BreakTarget =
  /** A process, or a store. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'step'; readonly point: string; readonly phase: CrashPhase }
  /** Names of a service's process and of the broker or store that it speaks to. */
  | { readonly kind: 'link'; readonly from: string; readonly to: string };

const BAR = '|';

export function targetText(target: Target): string {
  switch (target.kind) {
    case 'topic':
      return ['topic', target.topic].join(BAR);
    case 'partition':
      return ['partition', target.topic, target.partition].join(BAR);
    case 'message':
      return ['message', target.lid].join(BAR);
    case 'step':
      return ['step', target.process, target.point].join(BAR);
    case 'tick':
      return ['tick', target.process, target.point, target.phase].join(BAR);
    case 'link':
      return ['link', target.from, target.to, target.id].join(BAR);
    default:
      return [target.kind, target.name].join(BAR);
  }
}

export function readTarget(text: string): Target | null {
  const [kind, one = '', two = '', three = ''] = text.split(BAR);
  switch (kind) {
    case 'process':
    case 'node':
    case 'store':
      return { kind, name: one };
    case 'topic':
      return { kind, topic: one };
    case 'partition':
      return { kind, topic: one, partition: Number(two) };
    case 'message':
      return { kind, lid: Number(one) };
    case 'step':
      return { kind, process: one, point: two };
    case 'tick':
      return { kind, process: one, point: two, phase: three === 'before' ? 'before' : 'after' };
    case 'link':
      return { kind, from: one, to: two, id: three };
    default:
      return null;
  }
}

export function selectionOf(target: Target): Selection | null {
  switch (target.kind) {
    case 'process':
    case 'node':
      return { kind: 'process', name: target.name };
    case 'store':
      return { kind: 'process', name: target.name };
    case 'topic':
      return { kind: 'topic', topic: target.topic };
    case 'partition':
      return { kind: 'partition', topic: target.topic, partition: target.partition };
    case 'message':
      return { kind: 'message', lid: target.lid };
    case 'step':
    case 'tick':
      return { kind: 'step', point: target.point };
    case 'link':
      return null;
  }
}

/** What breaks when this is broken: a partition by its leader, a topic's link by its broker. A message cannot be. */
export function breakOf(target: Target, topology: Topology): BreakTarget | null {
  switch (target.kind) {
    case 'process':
    case 'node':
    case 'store':
      return { kind: 'name', name: target.name };
    case 'topic':
    case 'partition': {
      const broker = brokerOf(topology, target.topic);
      const topic = broker?.topics.find(({ name }) => name === target.topic);
      const leader = target.kind === 'partition' ? topic?.leaders[target.partition] : undefined;
      const name = leader ?? broker?.name;
      return name === undefined ? null : { kind: 'name', name };
    }
    case 'message':
      return null;
    case 'step':
      return { kind: 'step', point: target.point, phase: 'after' };
    case 'tick':
      return { kind: 'step', point: target.point, phase: target.phase };
    case 'link': {
      const whole = (name: string): string => brokerOf(topology, name)?.name ?? name;
      return { kind: 'link', from: whole(target.from), to: whole(target.to) };
    }
  }
}

function brokerOf(topology: Topology, topic: string): Topology['brokers'][number] | undefined {
  return topology.brokers.find(({ topics }) => topics.some(({ name }) => name === topic));
}

/** The target that a selection made elsewhere stands for, where the stage draws one. */
export function targetOf(selection: Selection | null, plan: StagePlan): Target | null {
  if (selection === null) return null;
  switch (selection.kind) {
    case 'process':
    case 'part': {
      const { name } = selection;
      if (plan.byId.has(`store:${name}`)) return { kind: 'store', name };
      if (plan.byId.has(`process:${name}`)) return { kind: 'process', name };
      const first = plan.nodes.find((node) => node.kind === 'process' && node.service.name === name);
      return first === undefined ? null : { kind: 'process', name: first.name };
    }
    case 'topic':
      return { kind: 'topic', topic: selection.topic };
    case 'partition':
      return { kind: 'partition', topic: selection.topic, partition: selection.partition };
    case 'message':
      return { kind: 'message', lid: selection.lid };
    case 'step': {
      for (const node of plan.nodes) {
        if (node.kind !== 'process') continue;
        const has = node.programs.some(({ cells }) => cells.some(({ point }) => point === selection.point));
        if (has) return { kind: 'step', process: node.name, point: selection.point };
      }
      return null;
    }
    default:
      return null;
  }
}
