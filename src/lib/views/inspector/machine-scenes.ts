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
    const role = machine.machine === 'group-coordinator' ? words.coordinator : words.member;
    return [
      {
        title: `${role}, ${machine.machine === 'group-coordinator' ? machine.subject : who}`,
        graph,
        machine,
      },
    ];
  });
}
