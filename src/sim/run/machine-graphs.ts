/** Every machine that the models run, as the graph that a page draws and lights up by records of kind `machine`. */
import { consumerMemberMachine } from '#sim/brokers/kafka/client/consumer-member.machine.ts';
import { shareMemberMachine } from '#sim/brokers/kafka/share/client/share-member.machine.ts';
import { groupCoordinatorMachine } from '#sim/brokers/kafka/group-coordinator.machine.ts';
import { transactionCoordinatorMachine } from '#sim/brokers/kafka/transactions/transaction-coordinator.machine.ts';
import { graphOf, type MachineGraph } from '#sim/machines/graph.ts';

export function machineGraphs(): MachineGraph[] {
  return [
    groupCoordinatorMachine,
    consumerMemberMachine,
    shareMemberMachine,
    transactionCoordinatorMachine,
  ].map(graphOf);
}
