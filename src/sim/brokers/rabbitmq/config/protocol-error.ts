/**
 * AMQP's exceptions: reply codes, which of them close the channel and which the whole connection, and the reply text.
 * Source: AMQP 0-9-1 constants; rabbit_binary_generator:map_exception (3.10.8) for the text's form and its cut.
 */
const CODES = {
  NO_ROUTE: 312,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  RESOURCE_LOCKED: 405,
  PRECONDITION_FAILED: 406,
  CONNECTION_FORCED: 320,
  COMMAND_INVALID: 503,
  CHANNEL_ERROR: 504,
  RESOURCE_ERROR: 506,
  NOT_ALLOWED: 530,
  NOT_IMPLEMENTED: 540,
  INTERNAL_ERROR: 541,
} as const;

export type ErrorName = keyof typeof CODES;

/** Codes that close the channel alone. */
const SOFT: ReadonlySet<number> = new Set([312, 403, 404, 405, 406]);

export interface ProtocolError {
  readonly error: ErrorName;
  readonly replyCode: number;
  readonly replyText: string;
  readonly closes: 'channel' | 'connection';
}

/** A reply text is a short string: 255 bytes, the end of a longer one is cut off. */
const LONGEST = 255;

export function protocolError(error: ErrorName, explanation: string): ProtocolError {
  const replyCode = CODES[error];
  const whole = explanation === '' ? error : `${error} - ${explanation}`;
  const replyText = whole.length > LONGEST ? `${whole.slice(0, LONGEST - 3)}...` : whole;
  return { error, replyCode, replyText, closes: SOFT.has(replyCode) ? 'channel' : 'connection' };
}

export function isProtocolError(value: unknown): value is ProtocolError {
  return typeof value === 'object' && value !== null && 'replyCode' in value && 'closes' in value;
}

export type ResourceKind = 'queue' | 'exchange';

/** A resource as errors name it. */
export function resource(kind: ResourceKind, name: string): string {
  return `${kind} '${name}' in vhost '/'`;
}

export function notFound(kind: ResourceKind, name: string): ProtocolError {
  return protocolError('NOT_FOUND', `no ${resource(kind, name)}`);
}

export function locked(queue: string): ProtocolError {
  const why =
    'It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.';
  return protocolError(
    'RESOURCE_LOCKED',
    `cannot obtain exclusive access to locked ${resource('queue', queue)}. ${why}`,
  );
}
