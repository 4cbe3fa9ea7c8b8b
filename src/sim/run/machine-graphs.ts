/** Every machine that the models run, as the graph that a page draws and lights up by records of kind `machine`. */
import { graphOf, type MachineGraph } from '#sim/machines/graph.ts';
import type { BrokerFamily } from '#sim/run/family.ts';

export function machineGraphs(families: readonly BrokerFamily[]): MachineGraph[] {
  return families.flatMap(({ machines }) => machines).map(graphOf);
}
