/**
 * Bindings of a headers exchange: `x-match` all (the default) or any, which pass over arguments that begin with `x-`,
 * and their `-with-x` forms, which do not. A null argument asks for the header's presence only.
 * Source: rabbit_exchange_type_headers (3.10.8). Rules: SPEC.md, RABBIT-HEADERS.
 */
import { erlang, sameValue, typeName, type FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';

const KINDS = ['all', 'any', 'all-with-x', 'any-with-x'];

/** Why a binding's arguments are refused, or null. */
export function headerBindingFault(args: FieldTable): string | null {
  const match = args['x-match'];
  if (match === undefined) return null;
  if (typeof match !== 'string') {
    return `Invalid x-match field type ${typeName(match)} (value ${erlang(match)}); expected longstr`;
  }
  if (KINDS.includes(match)) return null;
  return `Invalid x-match field value ${erlang(match)}; expected all, any, all-with-x, or any-with-x`;
}

/** [RABBIT-HEADERS-1] */
export function headersMatch(args: FieldTable, headers: FieldTable): boolean {
  const kind = String(args['x-match'] ?? 'all');
  const withX = kind.endsWith('-with-x');
  let all = true;
  let any = false;
  for (const name of Object.keys(args)) {
    if (name === 'x-match' || (!withX && name.startsWith('x-'))) continue;
    const wanted = args[name];
    const held = headers[name];
    const fits = held !== undefined && wanted !== undefined && (wanted === null || sameValue(wanted, held));
    all = all && fits;
    any = any || fits;
  }
  return kind.startsWith('any') ? any : all;
}
