/**
 * What is declared already: a queue that may be used by this connection, and in what a new declaration differs from the
 * old one. Source: rabbit_amqqueue:with_exclusive_access_or_die, rabbit_misc:assert_args_equivalence (3.10.8).
 */
import {
  bareValue,
  sameValue,
  tableText,
  typedValue,
  type FieldTable,
} from '#sim/brokers/rabbitmq/config/field-table.ts';
import {
  locked,
  notFound,
  protocolError,
  resource,
  type ProtocolError,
} from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import type { BrokerState, Queue } from '#sim/brokers/rabbitmq/state.ts';

/** [RABBIT-QUEUE-3] Another connection's exclusive queue is locked, whatever it is wanted for. */
export function findQueue(b: BrokerState, name: string, connection: number): Queue | ProtocolError {
  const queue = b.queues.get(name);
  if (queue === undefined) return notFound('queue', name);
  return queue.owner === -1 || queue.owner === connection ? queue : locked(name);
}

export function inequivalent(
  key: string,
  kind: 'queue' | 'exchange',
  name: string,
  received: boolean | string,
  current: boolean | string,
): ProtocolError {
  const what = `received '${String(received)}' but current is '${String(current)}'`;
  return protocolError(
    'PRECONDITION_FAILED',
    `inequivalent arg '${key}' for ${resource(kind, name)}: ${what}`,
  );
}

export function argumentInequivalence(
  key: string,
  kind: 'queue' | 'exchange',
  name: string,
  current: FieldTable,
  received: FieldTable,
): ProtocolError | null {
  const was = current[key];
  const is = received[key];
  if (was === undefined && is === undefined) return null;
  let what: string;
  if (was !== undefined && is !== undefined) {
    if (sameValue(was, is) || tableText(was) === tableText(is)) return null;
    what = `received ${bareValue(is)} but current is ${bareValue(was)}`;
  } else {
    if (key === 'x-queue-type' && (was ?? is) === 'classic') return null;
    what = `received ${typedValue(is)} but current is ${typedValue(was)}`;
  }
  return protocolError(
    'PRECONDITION_FAILED',
    `inequivalent arg '${key}' for ${resource(kind, name)}: ${what}`,
  );
}
