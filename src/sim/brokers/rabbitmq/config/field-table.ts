/**
 * AMQP 0-9-1 field tables as plain data, the types that a client library gives their values on the wire, and the
 * words in which the broker's errors show them (Erlang terms). Integers take the smallest type that holds them, as
 * client libraries encode them; a timestamp is `{ "!": "timestamp", "value": … }`.
 * Left out: decimals, byte arrays. Source: AMQP 0-9-1 section 4.2.1 with RabbitMQ's errata, rabbit_misc (3.10.8).
 */
export type FieldValue = string | number | boolean | null | readonly FieldValue[] | FieldTable;

export interface FieldTable {
  readonly [name: string]: FieldValue;
}

export const NO_FIELDS: FieldTable = {};

export function isTable(value: unknown): value is FieldTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RabbitMQ's name of the wire type. */
export function typeName(value: FieldValue): string {
  if (typeof value === 'string') return 'longstr';
  if (typeof value === 'boolean') return 'bool';
  if (value === null) return 'void';
  if (typeof value === 'number') return numberType(value);
  if (Array.isArray(value)) return 'array';
  return isTable(value) && value['!'] === 'timestamp' ? 'timestamp' : 'table';
}

function numberType(value: number): string {
  if (!Number.isInteger(value)) return 'double';
  if (value >= -128 && value < 128) return 'byte';
  if (value >= -32_768 && value < 32_768) return 'short';
  if (value >= -2_147_483_648 && value < 2_147_483_648) return 'signedint';
  return 'long';
}

export function isInteger(value: FieldValue): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** rabbit_misc:type_class: all integers are alike. */
function typeClass(value: FieldValue): string {
  const type = typeName(value);
  return ['byte', 'short', 'signedint', 'long'].includes(type) ? 'int' : type;
}

/** Same value of the same class, as headers are matched and arguments compared. */
export function sameValue(a: FieldValue, b: FieldValue): boolean {
  return typeClass(a) === typeClass(b) && tableText(a) === tableText(b);
}

/** A text by which values can be compared: keys in code-unit order. */
export function tableText(value: FieldValue): string {
  if (Array.isArray(value)) return `[${(value as FieldValue[]).map(tableText).join(',')}]`;
  if (!isTable(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${tableText(value[key] ?? null)}`).join(',')}}`;
}

/** A value as `~p` prints it where it came from a table: strings are binaries. */
export function erlang(value: FieldValue): string {
  if (typeof value === 'string') return `<<${JSON.stringify(value)}>>`;
  if (value === null) return 'undefined';
  if (Array.isArray(value)) return `[${(value as FieldValue[]).map(erlang).join(',')}]`;
  if (isTable(value))
    return `[${Object.keys(value)
      .map((key) => erlang(value[key] ?? null))
      .join(',')}]`;
  return String(value);
}

/** A value as equivalence errors show it: `'5'`. */
export function bareValue(value: FieldValue): string {
  return typeof value === 'string' ? `'${value}'` : `'${erlang(value)}'`;
}

/** `none`, or the value with its type, where one of two declarations lacks an argument. */
export function typedValue(value: FieldValue | undefined): string {
  if (value === undefined) return 'none';
  const shown = typeof value === 'string' ? value : erlang(value);
  return `the value '${shown}' of type '${typeName(value)}'`;
}

export function textField(table: FieldTable, name: string): string | null {
  const value = table[name];
  return typeof value === 'string' ? value : null;
}

export function numberField(table: FieldTable, name: string): number | null {
  const value = table[name];
  return typeof value === 'number' ? value : null;
}
