/**
 * Arguments of queue.declare and basic.consume: which a queue type knows, which values they may have, and the words in
 * which the broker refuses others. Source: rabbit_amqqueue:check_declare_arguments, check_consume_arguments and the
 * queue types' capabilities (3.10.8). Rules: SPEC.md, RABBIT-ARGS.
 */
import {
  erlang,
  isInteger,
  isTable,
  typeName,
  type FieldTable,
  type FieldValue,
} from '#sim/brokers/rabbitmq/config/field-table.ts';
import { protocolError, resource, type ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import type { QueueType } from '#sim/brokers/rabbitmq/config/topology.ts';

/** 10 years in milliseconds: rabbit_misc:check_expiry. */
const LONGEST_EXPIRY = 315_360_000_000;

/** Why so many milliseconds are no time to live, as an Erlang term; null where they are one. */
export function expiryFault(ms: number): string | null {
  if (ms < 0) return `{value_negative,${ms}}`;
  return ms > LONGEST_EXPIRY ? `{value_too_large,${ms}}` : null;
}

/** In the order in which a redeclaration compares them. */
const DECLARE: Readonly<Record<QueueType, readonly string[]>> = {
  classic: [
    'x-expires',
    'x-message-ttl',
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
    'x-max-length',
    'x-max-length-bytes',
    'x-max-priority',
    'x-overflow',
    'x-queue-mode',
    'x-queue-version',
    'x-single-active-consumer',
    'x-queue-type',
    'x-queue-master-locator',
  ],
  quorum: [
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
    'x-dead-letter-strategy',
    'x-expires',
    'x-max-length',
    'x-max-length-bytes',
    'x-max-in-memory-length',
    'x-max-in-memory-bytes',
    'x-overflow',
    'x-single-active-consumer',
    'x-queue-type',
    'x-quorum-initial-group-size',
    'x-delivery-limit',
    'x-message-ttl',
    'x-queue-leader-locator',
  ],
  stream: [
    'x-max-length-bytes',
    'x-queue-type',
    'x-max-age',
    'x-stream-max-segment-size-bytes',
    'x-initial-cluster-size',
    'x-queue-leader-locator',
  ],
};

const CONSUME: Readonly<Record<QueueType, readonly string[]>> = {
  classic: ['x-cancel-on-ha-failover', 'x-priority', 'x-credit'],
  quorum: ['x-priority', 'x-credit'],
  stream: ['x-stream-offset', 'x-credit'],
};

/** What is wrong with a value, as an Erlang term; null where nothing is. */
type Check = (value: FieldValue, args: FieldTable) => string | null;

/** rabbit_misc:format makes a string, which `~p` prints in quotes. */
function said(text: string): string {
  return JSON.stringify(text);
}

const integer: Check = (value) =>
  isInteger(value) ? null : said(`expected integer, got ${typeName(value)}`);
const notNegative: Check = (value, args) =>
  integer(value, args) ?? (Number(value) < 0 ? `{value_negative,${String(value)}}` : null);
const positive: Check = (value, args) => notNegative(value, args) ?? (value === 0 ? '{value_zero,0}' : null);
const time: Check = (value, args) => integer(value, args) ?? expiryFault(Number(value));
const expires: Check = (value, args) =>
  integer(value, args) ?? (value === 0 ? '{value_zero,0}' : expiryFault(Number(value)));
const priority: Check = (value, args) =>
  notNegative(value, args) ?? (Number(value) > 255 ? `{max_value_exceeded,${String(value)}}` : null);
const flag: Check = (value) => (typeof value === 'boolean' ? null : `{unacceptable_type,${typeName(value)}}`);
const text: Check = (value) => (typeof value === 'string' ? null : `{unacceptable_type,${typeName(value)}}`);
const deadLetterKey: Check = (value, args) =>
  text(value, args) ??
  (args['x-dead-letter-exchange'] === undefined ? 'routing_key_but_no_dlx_defined' : null);

function oneOf(words: readonly string[], fault: (word: string) => string): Check {
  return (value, args) => {
    const wrong = text(value, args);
    if (wrong !== null) return wrong;
    return words.includes(String(value)) ? null : fault(String(value));
  };
}

const queueType = oneOf(['classic', 'quorum', 'stream'], (word) => said(`unsupported queue type '${word}'`));
const version: Check = (value, args) =>
  notNegative(value, args) ??
  (value === 1 || value === 2 ? null : said(`unsupported queue version '${String(value)}'`));

const UNITS: Readonly<Record<string, number>> = {
  Y: 31_536_000_000,
  M: 2_592_000_000,
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

/** `7D` in ms; null where it is no age. */
export function ageOf(written: string): number | null {
  const parts = /^([0-9]+)(.*)$/.exec(written);
  const unit = UNITS[parts?.[2] ?? ''];
  const count = Number(parts?.[1] ?? 0);
  return unit === undefined || count <= 0 ? null : count * unit;
}

const age: Check = (value, args) =>
  text(value, args) ?? (ageOf(String(value)) === null ? 'invalid_max_age' : null);

/** In the order in which a declaration is checked. */
const DECLARE_CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['x-expires', expires],
  ['x-message-ttl', time],
  ['x-dead-letter-exchange', text],
  ['x-dead-letter-routing-key', deadLetterKey],
  ['x-dead-letter-strategy', oneOf(['at-most-once', 'at-least-once'], () => 'invalid_dlx_strategy')],
  ['x-max-length', notNegative],
  ['x-max-length-bytes', notNegative],
  ['x-max-in-memory-length', notNegative],
  ['x-max-in-memory-bytes', notNegative],
  ['x-max-priority', priority],
  ['x-overflow', oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx'], () => 'invalid_overflow')],
  ['x-queue-mode', oneOf(['default', 'lazy'], (word) => said(`unsupported queue mode '${word}'`))],
  ['x-queue-version', version],
  ['x-single-active-consumer', flag],
  ['x-queue-type', queueType],
  ['x-quorum-initial-group-size', positive],
  ['x-max-age', age],
  ['x-stream-max-segment-size-bytes', notNegative],
  ['x-initial-cluster-size', positive],
  [
    'x-queue-leader-locator',
    oneOf(['client-local', 'balanced', 'random', 'least-leaders'], () => 'invalid_queue_locator_arg'),
  ],
];

const streamOffset: Check = (value) => {
  if (isInteger(value) || typeName(value) === 'timestamp') return null;
  const known = typeof value === 'string' && ['first', 'last', 'next'].includes(value);
  if (known || (typeof value === 'string' && ageOf(value) !== null)) return null;
  return `{invalid_stream_offset_arg,{${typeName(value)},${erlang(value)}}}`;
};

const CONSUME_CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['x-priority', integer],
  ['x-cancel-on-ha-failover', flag],
  ['x-stream-offset', streamOffset],
];

export function queueTypeOf(args: FieldTable): QueueType {
  const named = args['x-queue-type'];
  return named === 'quorum' || named === 'stream' ? named : 'classic';
}

/** The type as errors name it. */
export function moduleOf(type: QueueType): string {
  return `rabbit_${type}_queue`;
}

export function declareArguments(type: QueueType): readonly string[] {
  return DECLARE[type];
}

function refused(name: string, queue: string, fault: string): ProtocolError {
  return protocolError(
    'PRECONDITION_FAILED',
    `invalid arg '${name}' for ${resource('queue', queue)}: ${fault}`,
  );
}

function checkValues(
  queue: string,
  args: FieldTable,
  checks: readonly (readonly [name: string, check: Check])[],
  known: readonly string[],
): ProtocolError | null {
  for (const [name, check] of checks) {
    const value = args[name];
    if (value === undefined || !known.includes(name)) continue;
    const fault = check(value, args);
    if (fault !== null) return refused(name, queue, fault);
  }
  return null;
}

/** Arguments of other queue types are refused; unknown ones are not. */
function checkNames(
  queue: string,
  type: QueueType,
  args: FieldTable,
  table: Readonly<Record<QueueType, readonly string[]>>,
): ProtocolError | null {
  for (const name of Object.keys(args)) {
    const elsewhere = Object.values(table).some((names) => names.includes(name));
    if (!elsewhere || table[type].includes(name)) continue;
    const where = `${resource('queue', queue)} of queue type ${moduleOf(type)}`;
    return protocolError('PRECONDITION_FAILED', `invalid arg '${name}' for ${where}`);
  }
  return null;
}

/** [RABBIT-ARGS-1] [RABBIT-ARGS-2] */
export function declareFault(queue: string, args: FieldTable): ProtocolError | null {
  const dlx = args['x-dead-letter-exchange'];
  if (dlx !== undefined && typeof dlx !== 'string') {
    const what = `invalid type '${typeName(dlx)}' for arg 'x-dead-letter-exchange' in ${resource('queue', queue)}`;
    return protocolError('PRECONDITION_FAILED', what);
  }
  const named = checkValues(queue, args, [['x-queue-type', queueType]], ['x-queue-type']);
  if (named !== null) return named;
  const type = queueTypeOf(args);
  const values = checkValues(queue, args, DECLARE_CHECKS, DECLARE[type]);
  return values ?? checkNames(queue, type, args, DECLARE);
}

/** [RABBIT-ARGS-3] A stream offset that is no text of the known forms makes the channel fail altogether. */
export function consumeFault(queue: string, type: QueueType, args: FieldTable): ProtocolError | null {
  const offset = args['x-stream-offset'];
  if (type === 'stream' && typeof offset === 'string' && streamOffset(offset, args) !== null) {
    if (!/^[0-9]/.test(offset)) return protocolError('INTERNAL_ERROR', '');
  }
  const values = checkValues(queue, args, CONSUME_CHECKS, CONSUME[type]);
  return values ?? checkNames(queue, type, args, CONSUME);
}

/** The moment of a timestamp field in ms; AMQP's timestamps are in seconds. */
export function timestampOf(value: FieldValue): number {
  const seconds = isTable(value) ? value['value'] : 0;
  return Number(seconds ?? 0) * 1000;
}
