/** Which live machines belong to a subject: a member's own, a group's coordinator, a node's coordinators. */
import type { MachineGraph } from '#lib/scene/parts.ts';
import type { MachineScene, Scene } from '#lib/scene/scene.ts';
import type { Subject } from '#lib/views/inspector/subject-shape.ts';
import { words } from '#lib/views/inspector/words.ts';

export interface LiveMachine {
  readonly title: string;
  readonly graph: MachineGraph;
  readonly machine: MachineScene;
}

export function machinesOf(
  subject: Subject,
  scene: Scene,
  graphs: readonly MachineGraph[],
  topology: readonly string[],
): LiveMachine[] {
  const own = scene.machines.filter((machine) => {
    const here = subject.entities.includes(machine.entity);
    return (
      here ||
      (subject.group !== null && machine.subject === subject.group && machine.machine === 'group-coordinator')
    );
  });
  return own.flatMap((machine) => {
    const graph = graphs.find(({ name }) => name === machine.machine);
    if (graph === undefined) return [];
    const who = topology[machine.entity] ?? '';
    return [
      {
        title: titleOf(machine, who),
        graph,
        machine,
      },
    ];
  });
}

/** A coordinator's machine is named after what it coordinates, a member's after the member. */
function titleOf({ machine, subject }: MachineScene, who: string): string {
  if (machine === 'group-coordinator') return `${words.coordinator}, ${subject}`;
  if (machine === 'transaction-coordinator') return `${words.transactionCoordinator}, ${subject}`;
  return `${words.member}, ${who}`;
}
