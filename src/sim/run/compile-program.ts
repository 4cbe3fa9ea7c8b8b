/**
 * A scenario's steps as the flat programs that services run: `when` and `transaction` become jumps, names become ids
 * and rows, templates and conditions are resolved, random streams are named after the step's point.
 */
import { present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { compileDistribution, type CompiledDistribution } from '#sim/kernel/distribution.ts';
import { streamRow, type StreamTable } from '#sim/kernel/random.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { distributionOf } from '#sim/run/distribution-of.ts';
import type { ColumnValue, Step } from '#sim/scenario/program.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import type {
  Condition as WrittenCondition,
  Distribution,
  Segment,
  Template as WrittenTemplate,
} from '#sim/scenario/values.ts';
import { textKey, type ItemTable } from '#sim/services/items.ts';
import * as p from '#sim/services/program.ts';
import type {
  ColumnSource,
  Condition,
  Instruction,
  Program,
  Publication,
  Template,
} from '#sim/services/program.ts';
import { addCounter, type ServiceTables } from '#sim/services/tables.ts';

/** What programs are resolved against. */
export interface ProgramGround {
  readonly scenario: Scenario;
  readonly catalog: Catalog;
  readonly streams: StreamTable;
  readonly items: ItemTable;
  readonly tables: ServiceTables;
  /** Entity of a store. */
  storeEntity(name: string): number;
  /** The producer client's number of the route of an event type. */
  routeOf(event: string): number;
}

interface Draft {
  readonly ground: ProgramGround;
  readonly code: Instruction[];
  readonly slots: Map<string, number>;
}

type StepOf<V extends Step['verb']> = Extract<Step, { verb: V }>;

export function compileProgram(ground: ProgramGround, steps: readonly Step[]): Program {
  const draft: Draft = { ground, code: [], slots: new Map() };
  compileSteps(draft, steps);
  return { code: draft.code, slots: draft.slots.size };
}

function compileSteps(draft: Draft, steps: readonly Step[]): void {
  for (const step of steps) compileStep(draft, step);
}

const plain = {
  before: true,
  after: true,
  target: -1,
  store: -1,
  row: -1,
  effect: -1,
  key: null,
  amount: null,
  idempotencyKey: null,
  repeat: 0,
  timeout: -1,
  statement: 'read',
  set: [],
  add: [],
  otherwise: 'fail',
  slot: -1,
  publication: null,
  command: '',
  time: null,
  stream: -1,
  condition: null,
  failure: 'transient',
} as const;

function push(draft: Draft, step: Step, op: number, more: Partial<Instruction> = {}): number {
  const { names } = draft.ground.catalog;
  const at = draft.code.length;
  const own = { op, step: intern(names, step.name), point: intern(names, step.point), next: at + 1 };
  draft.code.push({ ...plain, ...own, ...more });
  return at;
}

/** A block: its first half jumps to its second, which is known once what is between them is compiled. */
function compileBlock(
  draft: Draft,
  step: StepOf<'transaction' | 'when'>,
  first: number,
  second: number,
  more: Partial<Instruction>,
): void {
  const start = push(draft, step, first, { ...more, after: false });
  compileSteps(draft, step.do);
  const target = push(draft, step, second, { ...more, before: false });
  draft.code[start] = { ...(draft.code[start] as Instruction), target };
}

function compileStep(draft: Draft, step: Step): void {
  const { ground } = draft;
  switch (step.verb) {
    case 'call':
      return void push(draft, step, p.CALL_STEP, compileCall(draft, step));
    case 'transaction':
      if (step.of === 'broker')
        return compileBlock(draft, step, p.CARRIER_BEGIN_STEP, p.CARRIER_COMMIT_STEP, {});
      return compileBlock(draft, step, p.BEGIN_STEP, p.COMMIT_STEP, {
        store: ground.storeEntity(step.store),
      });
    case 'insert':
    case 'update':
    case 'read':
      return void push(draft, step, p.STATEMENT_STEP, compileStatement(draft, step));
    case 'publish':
      return void push(draft, step, p.PUBLISH_STEP, { publication: compilePublication(draft, step) });
    case 'settle':
      return void push(draft, step, step.within ? p.ENLIST_STEP : p.SETTLE_STEP);
    case 'commit':
      return void push(draft, step, p.COMMAND_STEP, { command: `commit ${step.what}` });
    case 'seek':
      return void push(draft, step, p.COMMAND_STEP, { command: `seek ${step.to}` });
    case 'nack':
    case 'reject':
      return void push(draft, step, p.COMMAND_STEP, {
        command: step.requeue ? `${step.verb} requeue` : `${step.verb} drop`,
      });
    case 'extend':
      return void push(draft, step, p.COMMAND_STEP, { command: 'extend' });
    case 'work':
    case 'wait': {
      const op = step.verb === 'work' ? p.WORK_STEP : p.WAIT_STEP;
      const stream = streamRow(ground.streams, `${step.point}:${step.verb}`);
      return void push(draft, step, op, { time: compileTime(step.time), stream });
    }
    case 'when':
      return compileBlock(draft, step, p.WHEN_STEP, p.JOIN_STEP, {
        condition: compileCondition(draft, step.condition, `${step.point}:if`),
      });
    case 'stop':
      return void push(draft, step, p.STOP_STEP, { next: p.END });
    case 'fail': {
      const condition =
        step.condition === null ? null : compileCondition(draft, step.condition, `${step.point}:if`);
      return void push(draft, step, p.FAIL_STEP, { condition, failure: step.kind });
    }
  }
}

export function compileTime(written: Distribution): CompiledDistribution {
  return compileDistribution(distributionOf(written));
}

function compileCall(draft: Draft, step: StepOf<'call'>): Partial<Instruction> {
  const { scenario, catalog } = draft.ground;
  const store = scenario.stores.find(({ name }) => name === step.store);
  const operations = store?.kind === 'external-api' ? store.operations : [];
  const row = operations.findIndex(({ name }) => name === step.operation);
  const operation = present(operations[row], `[RUN-COMPILE-1] no operation ${step.store}.${step.operation}`);
  const entity = draft.ground.storeEntity(step.store);
  const before = draft.code.filter(
    (one) => one.op === p.CALL_STEP && one.store === entity && one.row === row,
  );
  return {
    store: entity,
    row,
    repeat: before.length,
    effect: intern(catalog.names, operation.effect),
    key: compileTemplate(draft, step.key),
    amount: step.amount === null ? null : compileTemplate(draft, step.amount),
    idempotencyKey: step.idempotencyKey === null ? null : compileTemplate(draft, step.idempotencyKey),
    timeout: step.timeout ?? -1,
  };
}

function compileStatement(draft: Draft, step: StepOf<'insert' | 'update' | 'read'>): Partial<Instruction> {
  const { scenario } = draft.ground;
  const store = scenario.stores.find(({ name }) => name === step.store);
  const tables = store?.kind === 'database' ? store.tables : [];
  const row = tables.findIndex(({ name }) => name === step.table);
  present(tables[row], `[RUN-COMPILE-2] no table ${step.store}.${step.table}`);
  const key = compileTemplate(draft, step.key);
  const base = { store: draft.ground.storeEntity(step.store), row, key, statement: step.verb };
  switch (step.verb) {
    case 'insert':
      return { ...base, set: compileColumns(draft, step.values), otherwise: step.onConflict };
    case 'update':
      return {
        ...base,
        set: compileColumns(draft, step.set),
        add: compileColumns(draft, step.add),
        otherwise: step.onMissing,
      };
    case 'read':
      return { ...base, slot: slotOf(draft, step.into) };
  }
}

function compileColumns(draft: Draft, columns: readonly ColumnValue[]): ColumnSource[] {
  return columns.map(({ column, value }) => ({ column, from: compileTemplate(draft, value) }));
}

function slotOf(draft: Draft, row: string): number {
  const known = draft.slots.get(row);
  if (known !== undefined) return known;
  draft.slots.set(row, draft.slots.size);
  return draft.slots.size - 1;
}

function compilePublication(draft: Draft, step: StepOf<'publish'>): Publication {
  const { scenario, catalog } = draft.ground;
  const carry = scenario.carry.find(({ broker }) => broker === scenario.on);
  const route = present(
    carry?.publish.find(({ event }) => event === step.event),
    `[RUN-COMPILE-3] nothing carries ${step.event}`,
  );
  const same = (source: (typeof step.fields)[number]): boolean =>
    'field' in source.from && source.from.field === source.field;
  return {
    type: intern(catalog.names, step.event),
    topic: intern(catalog.names, route.topic),
    route: draft.ground.routeOf(step.event),
    key: route.key === null ? null : compileTemplate(draft, route.key),
    confirmed: step.wait === 'confirm',
    fields: step.fields
      .filter((source) => !same(source))
      .map(({ field, from }) => ({ field: fieldRow(draft, field), from: compileSegment(draft, from) })),
    inherited: step.fields.filter(same).map(({ field }) => fieldRow(draft, field)),
  };
}

function fieldRow(draft: Draft, name: string): number {
  const row = draft.ground.items.fields.findIndex((field) => field.name === name);
  present(draft.ground.items.fields[row], `[RUN-COMPILE-4] no field ${name}`);
  return row;
}

const noTemplate: Template = {
  kind: p.TEXT,
  field: -1,
  slot: -1,
  column: '',
  text: '',
  key: -1,
  cell: '',
  parts: [],
};

function compileTemplate(draft: Draft, written: WrittenTemplate): Template {
  const parts = written.map((segment) => compileSegment(draft, segment));
  if (parts.length === 0) return compileSegment(draft, { text: '' });
  return parts.length === 1 ? (parts[0] as Template) : { ...noTemplate, kind: p.JOINED, parts };
}

function compileSegment(draft: Draft, segment: Segment): Template {
  if ('text' in segment) {
    const { text } = segment;
    const { keys, names } = draft.ground.catalog;
    const number = Number(text);
    return {
      ...noTemplate,
      text,
      key: textKey(keys, names, text),
      cell: String(number) === text && Number.isSafeInteger(number) ? number : text,
    };
  }
  if ('field' in segment) return { ...noTemplate, kind: p.FIELD, field: fieldRow(draft, segment.field) };
  if ('event' in segment) {
    const kind = { id: p.EVENT_ID, type: p.EVENT_TYPE, key: p.EVENT_KEY }[segment.event];
    return { ...noTemplate, kind };
  }
  const kind = segment.column === 'key' ? p.ROW_KEY : p.ROW_COLUMN;
  return { ...noTemplate, kind, slot: slotOf(draft, segment.row), column: segment.column };
}

const noCondition: Condition = {
  kind: p.ALL_OF,
  nth: 0,
  counter: -1,
  operand: null,
  compare: 'eq',
  value: 0,
  times: 0,
  of: 1,
  stream: -1,
  slot: -1,
  found: 0,
  parts: [],
};

/** `stream` names the luck of a probability; in a list each has its own. */
function compileCondition(draft: Draft, written: WrittenCondition, stream: string): Condition {
  switch (written.kind) {
    case 'nth':
      return { ...noCondition, kind: p.NTH, nth: written.nth, counter: addCounter(draft.ground.tables) };
    case 'field': {
      const operand = compileSegment(draft, written.operand);
      return {
        ...noCondition,
        kind: p.FIELD_COMPARED,
        operand,
        compare: written.compare,
        value: written.value,
      };
    }
    case 'delivery':
      return { ...noCondition, kind: p.DELIVERY_COMPARED, compare: written.compare, value: written.value };
    case 'probability': {
      const { num, den } = written.probability;
      return {
        ...noCondition,
        kind: p.PROBABILITY,
        times: num,
        of: den,
        stream: streamRow(draft.ground.streams, stream),
      };
    }
    case 'found':
      return {
        ...noCondition,
        kind: p.FOUND,
        slot: slotOf(draft, written.row),
        found: written.found ? 1 : 0,
      };
    case 'all':
      return {
        ...noCondition,
        parts: written.of.map((part, i) =>
          compileCondition(draft, part, i === 0 ? stream : `${stream}-${i + 1}`),
        ),
      };
  }
}
