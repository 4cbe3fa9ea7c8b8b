/**
 * Exchanges and bindings as resources: declaring, deleting, binding, unbinding, and what goes by itself. The default
 * exchange and the `amq.*` ones are there from the start. Source: rabbit_channel:handle_method, rabbit_exchange,
 * rabbit_binding (3.10.8). Rules: SPEC.md, RABBIT-EXCHANGE.
 */
import { NO_FIELDS, tableText, typeName, type FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { headerBindingFault } from '#sim/brokers/rabbitmq/header-match.ts';
import {
  notFound,
  protocolError,
  resource,
  type ProtocolError,
} from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { argumentInequivalence, findQueue, inequivalent } from '#sim/brokers/rabbitmq/declared.ts';
import { alternateOf } from '#sim/brokers/rabbitmq/settings.ts';
import type { Binding, BrokerState, Exchange, ExchangeType } from '#sim/brokers/rabbitmq/state.ts';

const TYPES: readonly string[] = ['direct', 'fanout', 'topic', 'headers'];

const BUILT_IN: readonly (readonly [name: string, type: ExchangeType, internal: boolean])[] = [
  ['', 'direct', false],
  ['amq.direct', 'direct', false],
  ['amq.fanout', 'fanout', false],
  ['amq.headers', 'headers', false],
  ['amq.match', 'headers', false],
  ['amq.rabbitmq.trace', 'topic', true],
  ['amq.topic', 'topic', false],
];

export function builtInExchanges(): Map<string, Exchange> {
  return new Map(
    BUILT_IN.map(([name, type, internal]) => [
      name,
      { name, type, internal, durable: true, autoDelete: false, args: NO_FIELDS, alternate: null },
    ]),
  );
}

export interface ExchangeDeclaration {
  readonly exchange: string;
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly args: FieldTable;
}

function onDefault(): ProtocolError {
  return protocolError('ACCESS_REFUSED', 'operation not permitted on the default exchange');
}

export function reservedName(kind: 'queue' | 'exchange', name: string): ProtocolError | null {
  if (!name.startsWith('amq.')) return null;
  return protocolError('ACCESS_REFUSED', `${kind} name '${name}' contains reserved prefix 'amq.*'`);
}

/** [RABBIT-EXCHANGE-1] [RABBIT-EXCHANGE-2] */
export function declareExchange(b: BrokerState, wanted: ExchangeDeclaration): ProtocolError | null {
  const { exchange: name, type, args } = wanted;
  if (!TYPES.includes(type)) return protocolError('COMMAND_INVALID', `unknown exchange type '${type}'`);
  if (name === '') return onDefault();
  const known = b.exchanges.get(name);
  if (known !== undefined) return inequivalence(known, wanted);
  const reserved = reservedName('exchange', name);
  if (reserved !== null) return reserved;
  const alternate = args['alternate-exchange'];
  if (alternate !== undefined && typeof alternate !== 'string') {
    const what = `invalid type '${typeName(alternate)}' for arg 'alternate-exchange' in ${resource('exchange', name)}`;
    return protocolError('PRECONDITION_FAILED', what);
  }
  const { durable, autoDelete, internal } = wanted;
  const exchange: Exchange = {
    name,
    type: type as ExchangeType,
    durable,
    autoDelete,
    internal,
    args,
    alternate: null,
  };
  exchange.alternate = alternateOf(b, exchange);
  b.exchanges.set(name, exchange);
  return null;
}

export function checkExchange(b: BrokerState, name: string): ProtocolError | null {
  if (name === '') return onDefault();
  return b.exchanges.has(name) ? null : notFound('exchange', name);
}

function inequivalence(known: Exchange, wanted: ExchangeDeclaration): ProtocolError | null {
  const { name } = known;
  if (known.type !== wanted.type) return inequivalent('type', 'exchange', name, wanted.type, known.type);
  if (known.durable !== wanted.durable)
    return inequivalent('durable', 'exchange', name, wanted.durable, known.durable);
  if (known.autoDelete !== wanted.autoDelete)
    return inequivalent('auto_delete', 'exchange', name, wanted.autoDelete, known.autoDelete);
  if (known.internal !== wanted.internal)
    return inequivalent('internal', 'exchange', name, wanted.internal, known.internal);
  return argumentInequivalence('alternate-exchange', 'exchange', name, known.args, wanted.args);
}

/** [RABBIT-EXCHANGE-4] */
export function deleteExchange(b: BrokerState, name: string, ifUnused: boolean): ProtocolError | null {
  if (name === '') return onDefault();
  if (name.startsWith('amq.')) {
    const what = `deletion of system ${resource('exchange', name)} not allowed`;
    return protocolError('ACCESS_REFUSED', what);
  }
  if (!b.exchanges.has(name)) return null;
  if (ifUnused && hasBindings(b, name)) {
    return protocolError('PRECONDITION_FAILED', `${resource('exchange', name)} in use`);
  }
  removeExchange(b, name);
  return null;
}

function hasBindings(b: BrokerState, source: string): boolean {
  return (b.bindings.get(source)?.length ?? 0) > 0;
}

export function removeExchange(b: BrokerState, name: string): void {
  b.exchanges.delete(name);
  b.bindings.delete(name);
  removeBindingsTo(b, 'exchange', name);
}

/** [RABBIT-EXCHANGE-5] An auto-delete exchange goes with the last binding that it is the source of. */
export function removeBindings(b: BrokerState, goes: (binding: Binding) => boolean): void {
  for (const [source, bindings] of [...b.bindings]) {
    const kept = bindings.filter((binding) => !goes(binding));
    if (kept.length === bindings.length) continue;
    if (kept.length > 0) b.bindings.set(source, kept);
    else b.bindings.delete(source);
    if (kept.length === 0 && b.exchanges.get(source)?.autoDelete === true) removeExchange(b, source);
  }
}

export function removeBindingsTo(b: BrokerState, kind: Binding['kind'], name: string): void {
  removeBindings(b, (binding) => binding.kind === kind && binding.destination === name);
}

function isSame(a: Binding, c: Binding): boolean {
  return (
    a.kind === c.kind &&
    a.destination === c.destination &&
    a.routingKey === c.routingKey &&
    tableText(a.args) === tableText(c.args)
  );
}

/** What binding and unbinding have in common: the default exchange, both ends, a locked queue. */
function endsFault(b: BrokerState, binding: Binding, connection: number): ProtocolError | 'missing' | null {
  const { source, kind, destination } = binding;
  if (source === '' || (kind === 'exchange' && destination === '')) return onDefault();
  if (!b.exchanges.has(source)) return 'missing';
  if (kind === 'exchange') return b.exchanges.has(destination) ? null : 'missing';
  if (!b.queues.has(destination)) return 'missing';
  const queue = findQueue(b, destination, connection);
  return 'replyCode' in queue ? queue : null;
}

/** [RABBIT-EXCHANGE-3] The same binding twice is one. */
export function bind(b: BrokerState, binding: Binding, connection: number): ProtocolError | null {
  const { source, kind, destination, args } = binding;
  const fault = endsFault(b, binding, connection);
  if (fault === 'missing') {
    return b.exchanges.has(source) ? notFound(kind, destination) : notFound('exchange', source);
  }
  if (fault?.error === 'ACCESS_REFUSED') return fault;
  if (b.exchanges.get(source)?.type === 'headers') {
    const wrong = headerBindingFault(args);
    if (wrong !== null) return protocolError('PRECONDITION_FAILED', wrong);
  }
  if (fault !== null) return fault;
  const bindings = b.bindings.get(source) ?? [];
  if (!bindings.some((known) => isSame(known, binding))) b.bindings.set(source, [...bindings, binding]);
  return null;
}

/** [RABBIT-EXCHANGE-6] What is not there is unbound already. */
export function unbind(b: BrokerState, binding: Binding, connection: number): ProtocolError | null {
  const known = b.bindings.get(binding.source)?.some((one) => isSame(one, binding)) === true;
  const fault = endsFault(b, binding, connection);
  if (fault === 'missing' || (fault !== null && !known && fault.error === 'RESOURCE_LOCKED')) return null;
  if (fault !== null) return fault;
  if (known) removeBindings(b, (one) => one.source === binding.source && isSame(one, binding));
  return null;
}
