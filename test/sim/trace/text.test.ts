import { describe, expect, it } from 'vitest';
import { intern } from '#sim/base/names.ts';
import { addEvent, addItem, addMessage, createCatalog } from '#sim/messaging/catalog.ts';
import { keyOf } from '#sim/messaging/keys.ts';
import { rowAt } from '#sim/trace/block.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';
import { blockText, headerText, recordJson, recordLine, type TraceHeader } from '#sim/trace/text.ts';
import { Kind, kindNames, Outcome, shapes } from '#sim/trace/vocabulary.ts';

const catalog = createCatalog();
const name = (text: string): number => intern(catalog.names, text);
const order = keyOf(catalog.keys, name('order-'), 17);
const item = addItem(catalog, 0, 17);
const placed = addEvent(catalog, name('order.placed'), 0, 3, order, item, -1);
const paid = addEvent(catalog, name('payment.completed'), 1, 1, order, item, placed);
const first = addMessage(catalog, placed, 0);
const resent = addMessage(catalog, placed, 1);
const header: TraceHeader = {
  entityNames: ['checkout-1', 'payment-1'],
  catalog,
  packets: new Map([[128, 'Produce']]),
};

function record(
  kind: number,
  entity: number,
  at: number,
  slots: number[],
  extra: Partial<Record<string, number>> = {},
) {
  const recorder = new TraceRecorder('full');
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = slots;
  const { cause = -1, also = -1, mid = -1, lid = -1, value = 0 } = extra;
  recorder.write(kind, entity, at, cause, also, mid, lid, a, b, c, d, e, f, value);
  const [block] = recorder.blocks();
  if (block === undefined) throw new Error('a recorder has a block');
  return { block, row: rowAt(block, 0) };
}

const columns = (line: string): string[] => line.trim().split(/ {2,}/);

describe('trace text', () => {
  it('[TRACE-12] a line names time, entity, kind, message, fields and causes', () => {
    const slots = [name('payment'), name('orders'), 2, 41, 5, 1];
    const { row } = record(Kind.deliver, 1, 12_480_000, slots, {
      mid: resent,
      lid: placed,
      cause: 9,
      also: 4,
    });
    expect(columns(recordLine(header, row))).toEqual([
      '0',
      '00:12.480',
      'payment-1',
      'deliver',
      'checkout-1/3~1',
      'group=payment topic=orders partition=2 offset=41 generation=5 delivery=1',
      '<- 9, 4',
    ]);
    expect(JSON.parse(recordJson(header, row))).toEqual({
      seq: 0,
      at: 12_480_000,
      entity: 'payment-1',
      kind: 'deliver',
      event: 'checkout-1/3',
      message: 'checkout-1/3~1',
      fields: { group: 'payment', topic: 'orders', partition: 2, offset: 41, generation: 5, delivery: 1 },
      cause: 9,
      also: 4,
    });
  });

  it('[TRACE-13] fields that hold nothing are left out, and numbers that mean a word are words', () => {
    const ended = record(Kind.handled, 1, 0, [name('payment'), Outcome.failed, name('orders'), 0, 7]);
    expect(recordLine(header, ended.row)).toContain('outcome=failed');
    const call = record(Kind.call, 1, 0, [name('cards.charge'), order, 1, 1, -1, 0], {
      lid: placed,
      value: 900,
    });
    expect(JSON.parse(recordJson(header, call.row))).toEqual({
      seq: 0,
      at: 0,
      entity: 'payment-1',
      kind: 'call',
      event: 'checkout-1/3',
      fields: {
        effect: 'cards.charge',
        key: 'order-17',
        actor: 'payment-1',
        attempt: 1,
        definite: false,
        amount: 900,
      },
    });
    const produced = record(
      Kind.produce,
      1,
      0,
      [name('payments'), order, name('payment.completed'), placed, 1],
      {
        mid: first,
        lid: paid,
      },
    );
    expect(recordLine(header, produced.row)).toContain('type=payment.completed parent=checkout-1/3 wait=yes');
    const send = record(Kind.send, 0, 0, [1, 128, 1, -1], { value: -1 });
    expect(recordLine(header, send.row)).toContain('to=payment-1 packet=Produce verdict=dropped rule=-1');
    expect(recordLine(header, send.row)).not.toContain('arrives');
  });

  it('[TRACE-14] every kind and a number of no kind can be written', () => {
    for (let kind = 0; kind < kindNames.length + 2; kind += 1) {
      const { row, block } = record(kind, 7, 5, [0, 0, 0, 0, 0, 0]);
      const parsed = JSON.parse(recordJson(header, row)) as { kind: unknown; fields: object };
      const known = kindNames[kind];
      expect(parsed.kind).toBe(known ?? kind);
      const shape = known === undefined ? undefined : shapes[known];
      const possible = [...(shape?.fields ?? []), ...(shape?.value ? [shape.value] : [])].map(
        ([field]) => field,
      );
      expect(possible).toEqual(expect.arrayContaining(Object.keys(parsed.fields)));
      expect(blockText('text', header, block).split('\n')).toHaveLength(2);
    }
  });

  it('[TRACE-15] the header names entities, packets and names in both forms', () => {
    const object = JSON.parse(headerText('jsonl', header)) as Record<string, unknown>;
    expect(object).toMatchObject({ trace: 1, entities: header.entityNames, packets: { 128: 'Produce' } });
    expect(object['names']).toEqual(catalog.names.list);
    const lines = headerText('text', header).trimEnd().split('\n');
    expect(lines.every((line) => line.startsWith('# '))).toBe(true);
    expect(lines[1]).toBe('# entities: checkout-1, payment-1');
    expect(lines[2]).toBe('# packets: Produce (128)');
  });
});
