/** The line of the diagram that a selection stands for, as its lines are taken together; null = none in particular. */
import type { Topology } from '#lib/scene/parts.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { Collapse } from '#lib/views/sequence/lifelines.ts';

export function touchedLine(
  selection: Selection | null,
  topology: Topology,
  collapse: Collapse,
): string | null {
  switch (selection?.kind) {
    case 'process': {
      const service = topology.services.find(({ instances }) =>
        instances.some(({ name }) => name === selection.name),
      );
      const together = collapse.instances && service !== undefined && service.instances.length > 1;
      return together ? `service:${service.name}` : `process:${selection.name}`;
    }
    case 'partition':
      return collapse.partitions
        ? `topic:${selection.topic}`
        : `partition:${selection.topic}/${selection.partition}`;
    case 'topic':
      return collapse.partitions ? `topic:${selection.topic}` : null;
    default:
      return null;
  }
}
