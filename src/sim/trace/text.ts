/**
 * The trace as text: a header that names entities, packets and names, then one line a record, for people (`text`) or
 * for programs (`jsonl`, one JSON object a line). Ids are written as what they stand for; a field that holds nothing is
 * left out. Times are `formatTime`'s for people and microseconds for programs.
 */
import { nameOf } from '#sim/base/names.ts';
import { formatTime } from '#sim/base/time.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { eventId, messageId, type Catalog } from '#sim/messaging/catalog.ts';
import { keyText } from '#sim/messaging/keys.ts';
import { rowAt, type Block, type Row } from '#sim/trace/block.ts';
import {
  BrokerTransactionState,
  Delivered,
  kindNames,
  Outcome,
  Phase,
  ProcessState,
  shapes,
  TransactionState,
  type FieldType,
  type KindName,
} from '#sim/trace/vocabulary.ts';

export type TraceFormat = 'text' | 'jsonl';

/** What records refer to. */
export interface TraceHeader {
  readonly entityNames: readonly string[];
  readonly catalog: Catalog;
  /** By packet kind. */
  readonly packets: ReadonlyMap<number, string>;
}

type Value = string | number | boolean;

const FORMAT = 1;
const yesNo = 'yes or no';
const event = 'event';
const fromOne = 'a number from 0 that is written as one more, so that 0 is none';

/** Numbers that stand for something: the words by value, a truth, or a logical event. */
const meanings: Readonly<Record<string, readonly string[] | typeof yesNo | typeof event | typeof fromOne>> = {
  'produce.parent': event,
  'produce.wait': yesNo,
  'confirm.duplicate': yesNo,
  'refuse.definite': yesNo,
  'append.transaction': fromOne,
  'step.phase': Object.keys(Phase),
  'step.failed': yesNo,
  'handled.outcome': Object.keys(Outcome),
  'transaction.state': Object.keys(TransactionState),
  'send.verdict': Object.keys(Delivered),
  'process.state': Object.keys(ProcessState),
  'fault.active': yesNo,
  'call.definite': yesNo,
  'source.running': yesNo,
  'elect.unclean': yesNo,
  'isr.joined': yesNo,
  'brokerTransaction.state': Object.keys(BrokerTransactionState),
  'marker.committed': yesNo,
};

/** The value as it reads, or null where the field holds nothing. */
function valueOf(
  header: TraceHeader,
  kind: string,
  name: string,
  type: FieldType,
  held: number,
): Value | null {
  const { catalog, entityNames, packets } = header;
  switch (type) {
    case 'name':
      return held < 0 ? null : nameOf(catalog.names, held);
    case 'entity':
      return held < 0 ? null : (entityNames[held] ?? `entity ${held}`);
    case 'key':
      return held < 0 ? null : keyText(catalog.keys, catalog.names, held);
    case 'packet':
      return packets.get(held & ~BACKGROUND) ?? `packet ${held & ~BACKGROUND}`;
    case 'seq':
      return held < 0 ? null : held;
    case 'time':
      return held <= 0 ? null : held;
    case 'number': {
      const meaning = meanings[`${kind}.${name}`];
      if (meaning === undefined) return held;
      if (meaning === event) return held < 0 ? null : eventId(catalog, entityNames, held);
      if (meaning === fromOne) return held <= 0 ? null : held - 1;
      return meaning === yesNo ? held !== 0 : (meaning[held] ?? held);
    }
  }
}

interface NamedField {
  readonly name: string;
  readonly type: FieldType;
  readonly value: Value;
}

function fieldsOf(header: TraceHeader, kind: KindName, row: Row): NamedField[] {
  const shape = shapes[kind];
  const slots = [row.a, row.b, row.c, row.d, row.e, row.f];
  const found: NamedField[] = [];
  const add = (name: string, type: FieldType, held: number): void => {
    const value = valueOf(header, kind, name, type, held);
    if (value !== null) found.push({ name, type, value });
  };
  shape.fields.forEach(([name, type], slot) => add(name, type, slots[slot] as number));
  if (shape.value !== undefined) add(shape.value[0], shape.value[1], row.value);
  return found;
}

function subjectOf({ catalog, entityNames }: TraceHeader, row: Row): string {
  return row.mid >= 0 ? messageId(catalog, entityNames, row.mid) : eventId(catalog, entityNames, row.lid);
}

/** `    17  00:00.480  payment-1  deliver  checkout-1/3  group=payment offset=4  <- 9, 4`, without a line's end. */
export function recordLine(header: TraceHeader, row: Row): string {
  const kind = kindNames[row.kind];
  const fields = kind === undefined ? [] : fieldsOf(header, kind, row);
  const shown = fields.map(({ name, type, value }) => {
    if (typeof value === 'boolean') return `${name}=${value ? 'yes' : 'no'}`;
    return `${name}=${type === 'time' ? formatTime(value as number) : value}`;
  });
  const columns = [
    String(row.seq).padStart(7),
    formatTime(row.at).padEnd(12),
    (header.entityNames[row.entity] ?? '-').padEnd(14),
    (kind ?? `kind ${row.kind}`).padEnd(13),
    subjectOf(header, row).padEnd(16),
    shown.join(' '),
  ];
  const causes = [row.cause, row.also].filter((seq) => seq >= 0);
  if (causes.length > 0) columns.push(`<- ${causes.join(', ')}`);
  return columns.join('  ').trimEnd();
}

/** One JSON object; `event` and `message` are ids that hold across runs, `cause` and `also` are seqs. */
export function recordJson(header: TraceHeader, row: Row): string {
  const { catalog, entityNames } = header;
  const kind = kindNames[row.kind];
  const fields: Record<string, Value> = {};
  for (const { name, value } of kind === undefined ? [] : fieldsOf(header, kind, row)) fields[name] = value;
  return JSON.stringify({
    seq: row.seq,
    at: row.at,
    entity: entityNames[row.entity] ?? null,
    kind: kind ?? row.kind,
    event: row.lid < 0 ? undefined : eventId(catalog, entityNames, row.lid),
    message: row.mid < 0 ? undefined : messageId(catalog, entityNames, row.mid),
    fields,
    cause: row.cause < 0 ? undefined : row.cause,
    also: row.also < 0 ? undefined : row.also,
  });
}

/** What stands before the first record: lines that begin with `#`, or one JSON object. */
export function headerText(format: TraceFormat, header: TraceHeader): string {
  const packets = [...header.packets];
  const names = header.catalog.names.list;
  if (format === 'jsonl') {
    const entities = header.entityNames;
    return `${JSON.stringify({ trace: FORMAT, entities, packets: Object.fromEntries(packets), names })}\n`;
  }
  return [
    `# Spillway trace, format ${FORMAT}: seq, time, entity, kind, message, fields, <- causes`,
    `# entities: ${header.entityNames.join(', ')}`,
    `# packets: ${packets.map(([kind, name]) => `${name} (${kind})`).join(', ')}`,
    `# names: ${names.join(', ')}`,
    '',
  ].join('\n');
}

/** The lines of a block's records. */
export function blockText(format: TraceFormat, header: TraceHeader, block: Block): string {
  let text = '';
  for (let row = 0; row < block.count; row += 1) {
    const record = rowAt(block, row);
    text += format === 'jsonl' ? recordJson(header, record) : recordLine(header, record);
    text += '\n';
  }
  return text;
}
