/**
 * What the inspector is about, for each kind of selection: its name, its place in the system, the entities whose records
 * are its trace, its settings and machines, and which tabs have something to say.
 */
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Scene } from '#lib/scene/scene.ts';
import type { Selection } from '#lib/scene/selection.ts';
import { checkTitle } from '#lib/views/check-words.ts';
import { partitionState } from '#lib/views/inspector/log-state.ts';
import {
  faultSubject,
  groupSubject,
  messageSubject,
  stepSubject,
  topicSubject,
} from '#lib/views/inspector/other-subjects.ts';
import { partSubject, processSubject } from '#lib/views/inspector/part-subjects.ts';
import { none, type Subject } from '#lib/views/inspector/subject-shape.ts';

export function subjectOf(
  selection: Selection,
  topology: Topology,
  scene: Scene,
  trace: ReceivedTrace,
): Subject {
  switch (selection.kind) {
    case 'part':
      return partSubject(selection.name, topology, scene);
    case 'process':
      return processSubject(selection.name, topology, scene);
    case 'topic':
      return topicSubject(selection.topic, topology, scene);
    case 'partition':
      return {
        ...none,
        title: `${selection.topic}/${selection.partition}`,
        sub: 'partition',
        tabs: ['state', 'messages', 'trace'],
        sections: partitionState(selection.topic, selection.partition, scene),
        place: selection,
      };
    case 'group':
      return groupSubject(selection.group, topology, scene);
    case 'message':
      return messageSubject(selection.lid, trace);
    case 'step':
      return stepSubject(selection.point, topology);
    case 'fault':
      return faultSubject(selection.number, topology, scene);
    case 'check': {
      const check = topology.checks.find(({ id }) => id === selection.id);
      return {
        ...none,
        title: checkTitle({ id: selection.id, checker: check?.check ?? selection.id }),
        sub: 'claim',
      };
    }
  }
}
