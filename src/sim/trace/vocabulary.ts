/**
 * The vocabulary of the trace: every kind of record, and what its fields mean. A record is a row of 64 bytes:
 *
 *     f64[0] at   f64[1] value   i32[4] kind   [5] entity   [6] cause   [7] also   [8] mid   [9] lid   [10..15] a..f
 *
 * `cause` is the seq of the record that led to this one, `also` of a second one that was needed (an append behind a
 * delivery and the position that made it be read again); -1 = none. `seq`, the row's number in the run, is implied by
 * its place. Names follow the curriculum's invariants; a kind's number never changes meaning once released.
 */
export const RECORD_WORDS = 16;
export const RECORD_FLOATS = 8;

/** What a field holds: a plain number, a name, an entity, a business key, a seq, or a moment. */
export type FieldType = 'number' | 'name' | 'entity' | 'key' | 'seq' | 'time' | 'packet';

export interface KindShape {
  readonly number: number;
  /** Names and types of a..f, in order. */
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
  /** What `value` holds, where it holds something. */
  readonly value?: readonly [name: string, type: FieldType];
}

export const Kind = {
  produce: 1,
  confirm: 2,
  refuse: 3,
  append: 4,
  deliver: 5,
  step: 6,
  effect: 7,
  handled: 8,
  skipped: 9,
  commit: 10,
  commitRefused: 11,
  position: 12,
  assign: 13,
  revoke: 14,
  database: 15,
  transaction: 16,
  send: 17,
  process: 19,
  fault: 20,
  machine: 21,
  member: 22,
  call: 23,
  retry: 24,
  duplicate: 25,
  source: 26,
  brokerTransaction: 27,
  marker: 28,
  stable: 29,
  elect: 30,
  lead: 31,
  isr: 32,
  highWatermark: 33,
  truncate: 34,
  replicate: 35,
  logStart: 36,
  compacted: 37,
  acquire: 38,
  settled: 39,
  partitions: 40,
} as const;

export type KindName = keyof typeof Kind;

export const Phase = { before: 0, after: 1 } as const;
export const Outcome = { ok: 0, failed: 1, skipped: 2 } as const;
export const TransactionState = { begin: 0, commit: 1, abort: 2 } as const;
/** What becomes of a transaction that a broker's coordinator keeps. */
export const BrokerTransactionState = {
  initialized: 0,
  begun: 1,
  'commit prepared': 2,
  'abort prepared': 3,
  committed: 4,
  aborted: 5,
  fenced: 6,
} as const;
export const ProcessState = { running: 0, paused: 1, slow: 2, crashed: 3 } as const;
export const Delivered = { passed: 0, dropped: 1, held: 2, delayed: 3, duplicated: 4 } as const;

export const shapes: Record<KindName, KindShape> = {
  produce: {
    number: 1,
    fields: [
      ['topic', 'name'],
      ['key', 'key'],
      ['type', 'name'],
      ['parent', 'number'],
      ['wait', 'number'],
    ],
  },
  confirm: {
    number: 2,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['duplicate', 'number'],
    ],
  },
  refuse: {
    number: 3,
    fields: [
      ['topic', 'name'],
      ['code', 'name'],
      ['definite', 'number'],
    ],
  },
  append: {
    number: 4,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['key', 'key'],
      ['epoch', 'number'],
      ['transaction', 'number'],
    ],
  },
  deliver: {
    number: 5,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['generation', 'number'],
      ['delivery', 'number'],
    ],
  },
  step: {
    number: 6,
    fields: [
      ['step', 'name'],
      ['phase', 'number'],
      ['group', 'name'],
      ['failed', 'number'],
      ['code', 'name'],
    ],
  },
  effect: {
    number: 7,
    fields: [
      ['effect', 'name'],
      ['key', 'key'],
      ['group', 'name'],
      ['actor', 'entity'],
      ['attempt', 'number'],
      ['generation', 'number'],
    ],
    value: ['amount', 'number'],
  },
  handled: {
    number: 8,
    fields: [
      ['group', 'name'],
      ['outcome', 'number'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
    ],
    value: ['took', 'number'],
  },
  skipped: {
    number: 9,
    fields: [
      ['group', 'name'],
      ['reason', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
    ],
  },
  commit: {
    number: 10,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['member', 'entity'],
      ['generation', 'number'],
    ],
  },
  commitRefused: {
    number: 11,
    fields: [
      ['group', 'name'],
      ['code', 'name'],
      ['member', 'entity'],
      ['generation', 'number'],
      ['current', 'number'],
    ],
  },
  position: {
    number: 12,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['reason', 'name'],
      ['from', 'number'],
    ],
  },
  assign: {
    number: 13,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['member', 'entity'],
      ['generation', 'number'],
    ],
  },
  revoke: {
    number: 14,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['member', 'entity'],
      ['generation', 'number'],
      ['reason', 'name'],
    ],
  },
  database: {
    number: 15,
    fields: [
      ['operation', 'name'],
      ['table', 'name'],
      ['key', 'key'],
      ['transaction', 'number'],
      ['actor', 'entity'],
      ['version', 'number'],
    ],
  },
  transaction: {
    number: 16,
    fields: [
      ['state', 'number'],
      ['transaction', 'number'],
      ['actor', 'entity'],
      ['code', 'name'],
    ],
  },
  send: {
    number: 17,
    fields: [
      ['to', 'entity'],
      ['packet', 'packet'],
      ['verdict', 'number'],
      ['rule', 'number'],
    ],
    value: ['arrives', 'time'],
  },
  process: {
    number: 19,
    fields: [
      ['state', 'number'],
      ['reason', 'name'],
      ['factor', 'number'],
    ],
    value: ['back', 'time'],
  },
  fault: {
    number: 20,
    fields: [
      ['fault', 'number'],
      ['active', 'number'],
      ['kind', 'name'],
      ['target', 'name'],
    ],
  },
  machine: {
    number: 21,
    fields: [
      ['machine', 'name'],
      ['from', 'name'],
      ['event', 'name'],
      ['to', 'name'],
      ['subject', 'name'],
      ['generation', 'number'],
    ],
  },
  member: {
    number: 22,
    fields: [
      ['group', 'name'],
      ['member', 'entity'],
      ['change', 'name'],
      ['generation', 'number'],
      ['code', 'name'],
    ],
  },
  call: {
    number: 23,
    fields: [
      ['effect', 'name'],
      ['key', 'key'],
      ['actor', 'entity'],
      ['attempt', 'number'],
      ['code', 'name'],
      ['definite', 'number'],
    ],
    value: ['amount', 'number'],
  },
  retry: {
    number: 24,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['code', 'name'],
      ['attempt', 'number'],
    ],
  },
  duplicate: {
    number: 25,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
    ],
  },
  source: {
    number: 26,
    fields: [
      ['running', 'number'],
      ['made', 'number'],
    ],
  },
  brokerTransaction: {
    number: 27,
    fields: [
      ['state', 'number'],
      ['id', 'name'],
      ['producer', 'number'],
      ['epoch', 'number'],
      ['actor', 'entity'],
      ['code', 'name'],
    ],
  },
  marker: {
    number: 28,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['committed', 'number'],
      ['producer', 'number'],
      ['epoch', 'number'],
    ],
  },
  stable: {
    number: 29,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['highWatermark', 'number'],
    ],
  },
  elect: {
    number: 30,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['leader', 'entity'],
      ['epoch', 'number'],
      ['unclean', 'number'],
      ['size', 'number'],
    ],
  },
  lead: {
    number: 31,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['epoch', 'number'],
      ['highWatermark', 'number'],
    ],
  },
  isr: {
    number: 32,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['replica', 'entity'],
      ['joined', 'number'],
      ['size', 'number'],
      ['epoch', 'number'],
    ],
  },
  highWatermark: {
    number: 33,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['from', 'number'],
      ['epoch', 'number'],
    ],
  },
  truncate: {
    number: 34,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['from', 'number'],
      ['epoch', 'number'],
    ],
  },
  replicate: {
    number: 35,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['highWatermark', 'number'],
      ['epoch', 'number'],
      ['leader', 'entity'],
    ],
  },
  logStart: {
    number: 36,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['from', 'number'],
      ['reason', 'name'],
    ],
  },
  compacted: {
    number: 37,
    fields: [
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['key', 'key'],
      ['reason', 'name'],
    ],
  },
  acquire: {
    number: 38,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['member', 'entity'],
      ['delivery', 'number'],
    ],
    value: ['until', 'time'],
  },
  settled: {
    number: 39,
    fields: [
      ['group', 'name'],
      ['topic', 'name'],
      ['partition', 'number'],
      ['offset', 'number'],
      ['member', 'entity'],
      ['outcome', 'name'],
    ],
    value: ['deliveries', 'number'],
  },
  partitions: {
    number: 40,
    fields: [
      ['topic', 'name'],
      ['partitions', 'number'],
      ['from', 'number'],
      ['code', 'name'],
    ],
  },
};

/** Kind names by number. */
export const kindNames: readonly (KindName | undefined)[] = (() => {
  const list: (KindName | undefined)[] = [];
  for (const name of Object.keys(shapes) as KindName[]) list[shapes[name].number] = name;
  return list;
})();

export const KINDS = kindNames.length;
