/**
 * A message as the broker holds it: never changed once made; a dead-lettered one is a new message with the same
 * identity in the run (`mid`, `lid`). Bodies are text, of which only the size matters here, or a size alone.
 * Source: rabbit_basic (3.10.8): routing keys are the publish's own, then those of the CC and BCC headers.
 */
import { encodeUtf8 } from '#sim/base/utf8.ts';
import {
  isTable,
  NO_FIELDS,
  type FieldTable,
  type FieldValue,
} from '#sim/brokers/rabbitmq/config/field-table.ts';
import { expiryFault } from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import { protocolError, type ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';

export interface Message {
  readonly exchange: string;
  /** The first is the publish's own. */
  readonly routingKeys: readonly string[];
  /** basic's properties under their names: deliveryMode, priority, expiration, headers, … */
  readonly properties: FieldTable;
  readonly body: string;
  /** Bytes of the body. */
  readonly size: number;
  /** Identity in a run, -1 outside of one. */
  readonly mid: number;
  readonly lid: number;
  /** Seq of the record that brought it here, -1 outside of a run. */
  readonly cause: number;
}

export interface Content {
  readonly body: string;
  readonly size: number;
  readonly properties: FieldTable;
  readonly mid: number;
  readonly lid: number;
  readonly cause: number;
}

export function textContent(body: string, properties: FieldTable): Content {
  return { body, size: encodeUtf8(body).length, properties, mid: -1, lid: -1, cause: -1 };
}

/** Milliseconds of the `expiration` property, null without one. It was checked when the message was published. */
export function expirationOf(message: Message): number | null {
  const written = message.properties['expiration'];
  return written === undefined || written === null ? null : Number(written);
}

export function expirationFault(properties: FieldTable): string | null {
  const written = properties['expiration'];
  if (written === undefined || written === null) return null;
  const text = String(written);
  const digits = /^[+-]?[0-9]+/.exec(text)?.[0] ?? '';
  if (digits === '') return 'no_integer';
  if (digits.length < text.length) return `{leftover_string,${JSON.stringify(text.slice(digits.length))}}`;
  return expiryFault(Number(digits));
}

export function headersOf(properties: FieldTable): FieldTable {
  const headers = properties['headers'];
  return isTable(headers) ? headers : NO_FIELDS;
}

export function withHeaders(properties: FieldTable, headers: FieldTable): FieldTable {
  return { ...properties, headers };
}

export function withoutField(table: FieldTable, name: string): FieldTable {
  const { [name]: _dropped, ...rest } = table;
  return rest;
}

/** deliveryMode 2. */
export function isPersistent(message: Message): boolean {
  return message.properties['deliveryMode'] === 2;
}

export function priorityOf(message: Message): number {
  const priority = message.properties['priority'];
  return typeof priority === 'number' ? priority : 0;
}

/** The routing keys that a header adds; undefined where it is no list. */
export function routesIn(headers: FieldTable, name: string): readonly string[] | null {
  const routes: FieldValue | undefined = headers[name];
  if (routes === undefined) return [];
  if (!Array.isArray(routes)) return null;
  return (routes as FieldValue[]).filter((route): route is string => typeof route === 'string');
}

/** [RABBIT-ROUTE-8] CC and BCC add routing keys; BCC is taken out before anybody sees the message. */
export function makeMessage(exchange: string, routingKey: string, content: Content): Message | ProtocolError {
  const headers = headersOf(content.properties);
  const keys = [routingKey];
  for (const name of ['CC', 'BCC']) {
    const routes = routesIn(headers, name);
    if (routes === null) {
      const type = typeof headers[name] === 'string' ? 'longstr' : 'table';
      return protocolError(
        'PRECONDITION_FAILED',
        `invalid message: {unacceptable_type_in_header,${JSON.stringify(name)},${type}}`,
      );
    }
    keys.push(...routes);
  }
  const properties =
    headers['BCC'] === undefined
      ? content.properties
      : withHeaders(content.properties, withoutField(headers, 'BCC'));
  const { body, size, mid, lid, cause } = content;
  return { exchange, routingKeys: keys, properties, body, size, mid, lid, cause };
}
