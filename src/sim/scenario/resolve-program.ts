/**
 * Programs: every step with its name, its point, its references checked, its templates read against what is at hand
 * there. What a step may do depends on who drives it: a producer has an item and no message, a handler a message.
 */
import { checkBrokerTransaction, checkCarried, checkUncarried } from '#sim/scenario/broker-transaction.ts';
import type { Inventory } from '#sim/scenario/inventory.ts';
import { absent, entries, items, refer, type Context } from '#sim/scenario/place.ts';
import { at, intact, problem, proposal } from '#sim/scenario/report.ts';
import { pointOf, verbOf, type PointTable } from '#sim/scenario/step-names.ts';
import { readCondition, readHole, readTemplate, type Scope } from '#sim/scenario/template.ts';
import { readDistribution, readSpan } from '#sim/scenario/units.ts';
import type { ColumnValue, FieldSource, Step, StepNames } from '#sim/scenario/program.ts';
import type { CarrySpec, DataItem, EventType } from '#sim/scenario/scenario.ts';
import type { StepWords } from '#sim/scenario/schema-program.ts';

/** What every program of the file is resolved against. */
export interface World {
  readonly context: Context;
  readonly inventory: Inventory;
  readonly data: readonly DataItem[];
  readonly events: readonly EventType[];
  /** The broker in use; null where there is none. */
  readonly on: string | null;
  /** How the broker in use carries events; null where nothing says. */
  readonly carry: CarrySpec | null;
  readonly points: PointTable;
}

interface Program {
  readonly world: World;
  readonly service: string;
  /** The event type handled; empty for a producer. */
  readonly type: string;
  readonly scope: Scope;
  /** The database of the transaction around; empty outside. */
  readonly store: string;
  /** Whether a transaction of the broker is around. */
  readonly carried: boolean;
}

type Named<W> = { readonly words: W; readonly pointer: string; readonly names: StepNames };
type Keyed<K extends string> = Extract<StepWords, Record<K, unknown>>;

const INSIDE_TRANSACTION = ['insert', 'update', 'read', 'work', 'wait', 'fail', 'when'];

/** A producer's program; also says which data items it draws. */
export function resolveProducer(
  world: World,
  service: string,
  steps: readonly StepWords[],
  pointer: string,
): { readonly do: Step[]; readonly draws: string[] } {
  const fields = world.data.flatMap((item) => item.fields.map((field) => field.field));
  const complete = intact(world.context.report, '/data');
  const scope: Scope = {
    fields,
    complete,
    owner: 'the data',
    attributes: [],
    rows: new Map(),
    used: new Set(),
  };
  const resolved = resolveSteps(
    { world, service, type: '', scope, store: '', carried: false },
    steps,
    pointer,
  );
  const draws = new Set([...scope.used].map((field) => field.slice(0, field.indexOf('.'))));
  return { do: resolved, draws: [...draws].sort() };
}

export function resolveHandler(
  world: World,
  service: string,
  type: string,
  steps: readonly StepWords[],
  pointer: string,
): Step[] {
  const event = world.events.find(({ name }) => name === type);
  const scope: Scope = {
    fields: event?.fields.map((field) => field.name) ?? [],
    complete: intact(world.context.report, at('/events', type)),
    owner: type,
    attributes: ['id', 'type', 'key'],
    rows: new Map(),
    used: new Set(),
  };
  return resolveSteps({ world, service, type, scope, store: '', carried: false }, steps, pointer);
}

function resolveSteps(program: Program, steps: readonly StepWords[], pointer: string): Step[] {
  const { context, points } = program.world;
  return items(context, steps, pointer).flatMap(({ value, pointer: place }) => {
    const name = points.names.get(place) ?? verbOf(value);
    const point = pointOf(points, program.service, program.type, name);
    const step = resolveStep(program, { words: value, pointer: place, names: { name, point } });
    return step === null ? [] : [step];
  });
}

function resolveStep(program: Program, step: Named<StepWords>): Step | null {
  const { words, pointer, names } = step;
  const { report } = program.world.context;
  const verb = verbOf(words);
  if (program.store !== '' && !INSIDE_TRANSACTION.includes(verb)) {
    const hint = `Inside may stand ${INSIDE_TRANSACTION.join(', ')}; move it behind the transaction.`;
    problem(report, pointer, `\`${verb}\` cannot stand inside a transaction.`, hint);
  }
  if (program.carried) checkCarried(program, verb, pointer);
  if (typeof words === 'string') {
    if (words === 'stop') return { ...names, verb: 'stop' };
    needMessage(program, pointer, 'settle');
    return { ...names, verb: 'settle', within: program.carried };
  }
  if ('transaction' in words) return resolveTransaction(program, words, pointer, names);
  if ('when' in words) {
    const condition = readCondition(report, at(pointer, 'when'), words.when, program.scope);
    return { ...names, verb: 'when', condition, do: resolveSteps(program, words.do, at(pointer, 'do')) };
  }
  if ('call' in words) return resolveCall(program, words, pointer, names);
  if ('insert' in words) return resolveInsert(program, words, pointer, names);
  if ('update' in words) return resolveUpdate(program, words, pointer, names);
  if ('read' in words) return resolveRead(program, words, pointer, names);
  if ('publish' in words) return resolvePublish(program, words, pointer, names);
  if ('commit' in words) {
    needMessage(program, pointer, 'commit');
    return { ...names, verb: 'commit', what: words.commit };
  }
  if ('seek' in words) {
    needMessage(program, pointer, 'seek');
    return { ...names, verb: 'seek', to: words.seek };
  }
  if ('nack' in words) {
    needMessage(program, pointer, 'nack');
    return { ...names, verb: 'nack', requeue: words.nack.requeue ?? true };
  }
  if ('reject' in words) {
    needMessage(program, pointer, 'reject');
    return { ...names, verb: 'reject', requeue: words.reject.requeue ?? false };
  }
  if ('extend' in words) {
    needMessage(program, pointer, 'extend');
    return { ...names, verb: 'extend', time: readSpan(report, at(pointer, 'extend'), words.extend) };
  }
  if ('work' in words) {
    return { ...names, verb: 'work', time: readDistribution(report, at(pointer, 'work'), words.work) };
  }
  if ('wait' in words) {
    return { ...names, verb: 'wait', time: readDistribution(report, at(pointer, 'wait'), words.wait) };
  }
  const condition =
    words.if === undefined ? null : readCondition(report, at(pointer, 'if'), words.if, program.scope);
  return { ...names, verb: 'fail', kind: words.fail, condition };
}

function needMessage(program: Program, pointer: string, verb: string): void {
  if (program.type !== '') return;
  const hint = 'Only the steps of `on` have a message at hand.';
  problem(program.world.context.report, pointer, `\`${verb}\` in a producer: there is no message.`, hint);
}

function resolveTransaction(
  program: Program,
  words: Keyed<'transaction'>,
  pointer: string,
  names: StepNames,
): Step {
  const { context } = program.world;
  const place = at(pointer, 'transaction');
  if (program.world.inventory.brokers.includes(words.transaction)) {
    checkBrokerTransaction(program, words.transaction, place);
    const within = { ...program, carried: true };
    const steps = resolveSteps(within, words.do, at(pointer, 'do'));
    return { ...names, verb: 'transaction', of: 'broker', store: words.transaction, do: steps };
  }
  const store = context.document.stores?.[words.transaction];
  const known = refer(context, place, 'store', words.transaction, program.world.inventory.stores);
  if (known && store && store.kind !== 'database') {
    problem(
      context.report,
      place,
      `\`${words.transaction}\` is no database.`,
      'Only a database has transactions.',
    );
  }
  const inner = { ...program, store: words.transaction };
  return {
    ...names,
    verb: 'transaction',
    of: 'database',
    store: words.transaction,
    do: resolveSteps(inner, words.do, at(pointer, 'do')),
  };
}

function resolveCall(program: Program, words: Keyed<'call'>, pointer: string, names: StepNames): Step {
  const { context, inventory } = program.world;
  const { report } = context;
  refer(context, at(pointer, 'call'), 'operation', words.call, inventory.operations);
  const [store = '', operation = ''] = words.call.split('.');
  const template = (key: 'key' | 'amount' | 'idempotencyKey') => {
    const text = words[key];
    return text === undefined ? null : readTemplate(report, at(pointer, key), text, program.scope);
  };
  return {
    ...names,
    verb: 'call',
    store,
    operation,
    key: template('key') ?? [],
    amount: template('amount'),
    idempotencyKey: template('idempotencyKey'),
    timeout: words.timeout === undefined ? null : readSpan(report, at(pointer, 'timeout'), words.timeout),
  };
}

/** Store and table of a statement: inside a transaction the store may be left out. */
function findTable(program: Program, pointer: string, words: string): { store: string; table: string } {
  const { context, inventory } = program.world;
  const full = words.includes('.') || program.store === '' ? words : `${program.store}.${words}`;
  const dot = full.indexOf('.');
  const store = full.slice(0, Math.max(0, dot));
  const table = full.slice(dot + 1);
  if (dot < 0) {
    const options = inventory.tables.filter((known) => known.endsWith(`.${words}`));
    const hint = options.length > 0 ? `Write ${options.join(' or ')}.` : proposal(words, inventory.tables);
    problem(context.report, pointer, 'Outside a transaction a table is named with its store.', hint);
  } else if (
    refer(context, pointer, 'table', full, inventory.tables) &&
    program.store !== '' &&
    store !== program.store
  ) {
    const hint = 'One transaction never spans two databases.';
    problem(context.report, pointer, `${full} is outside the transaction on \`${program.store}\`.`, hint);
  }
  return { store, table };
}

function columns(
  program: Program,
  pointer: string,
  words: Readonly<Record<string, string | number>> | undefined,
): ColumnValue[] {
  const { report } = program.world.context;
  return entries(words, pointer).map(({ name, value, pointer: place }) => {
    if (name === 'key')
      problem(report, place, '`key` is the row key, not a further column.', 'Choose another name.');
    return { column: name, value: readTemplate(report, place, value, program.scope) };
  });
}

function resolveInsert(program: Program, words: Keyed<'insert'>, pointer: string, names: StepNames): Step {
  const { report } = program.world.context;
  if (words.onConflict === 'rollback' && program.store === '') {
    problem(
      report,
      at(pointer, 'onConflict'),
      '`rollback` needs a transaction around it.',
      'Use `ignore` or `fail`.',
    );
  }
  return {
    ...names,
    verb: 'insert',
    ...findTable(program, at(pointer, 'insert'), words.insert),
    key: readTemplate(report, at(pointer, 'key'), words.key, program.scope),
    values: columns(program, at(pointer, 'values'), words.values),
    onConflict: words.onConflict ?? 'fail',
  };
}

function resolveUpdate(program: Program, words: Keyed<'update'>, pointer: string, names: StepNames): Step {
  const { context } = program.world;
  if (words.set === undefined && words.add === undefined) {
    absent(context, [pointer], pointer, 'An update needs `set` or `add`.');
  }
  return {
    ...names,
    verb: 'update',
    ...findTable(program, at(pointer, 'update'), words.update),
    key: readTemplate(context.report, at(pointer, 'key'), words.key, program.scope),
    set: columns(program, at(pointer, 'set'), words.set),
    add: columns(program, at(pointer, 'add'), words.add),
    onMissing: words.onMissing ?? 'fail',
  };
}

function resolveRead(program: Program, words: Keyed<'read'>, pointer: string, names: StepNames): Step {
  const { context, inventory } = program.world;
  const { scope } = program;
  const found = findTable(program, at(pointer, 'read'), words.read);
  const hidden = words.into === 'event' || scope.fields.some((field) => field.startsWith(`${words.into}.`));
  if (hidden) {
    const place = at(pointer, 'into');
    problem(
      context.report,
      place,
      `\`${words.into}\` would hide what ${scope.owner} has.`,
      'Choose another name.',
    );
  } else {
    const known = inventory.columns.get(`${found.store}.${found.table}`);
    scope.rows.set(words.into, intact(context.report, '/services') && known ? known : null);
  }
  const key = readTemplate(context.report, at(pointer, 'key'), words.key, scope);
  return { ...names, verb: 'read', ...found, key, into: words.into };
}

function resolvePublish(program: Program, words: Keyed<'publish'>, pointer: string, names: StepNames): Step {
  const { context, carry, events, inventory } = program.world;
  const place = at(pointer, 'publish');
  if (!program.carried) checkUncarried(program, place);
  const known = refer(context, place, 'event type', words.publish, inventory.events);
  const routed = carry?.publish.some((route) => route.event === words.publish) ?? false;
  if (known && !routed) {
    const broker = program.world.on ?? 'kafka';
    const hint = `Say where it goes: carry.${broker}.publish.${words.publish}.`;
    absent(
      context,
      ['/carry', '/on', '/brokers'],
      place,
      `No broker in use carries \`${words.publish}\`.`,
      hint,
    );
  }
  const event = events.find(({ name }) => name === words.publish);
  const fields = (event?.fields ?? []).flatMap((field): FieldSource[] => {
    const from = sourceOf(program, place, words.publish, field.name);
    return from === null ? [] : [{ field: field.name, from }];
  });
  return { ...names, verb: 'publish', event: words.publish, wait: words.wait ?? 'confirm', fields };
}

function sourceOf(
  program: Program,
  pointer: string,
  event: string,
  field: string,
): FieldSource['from'] | null {
  const { scope } = program;
  const owner = field.slice(0, field.indexOf('.'));
  if (scope.fields.includes(field) || scope.rows.has(owner)) {
    return readHole(program.world.context.report, pointer, field, scope);
  }
  const sentence = `\`${event}\` carries ${field}, which ${scope.owner} does not have.`;
  absent(
    program.world.context,
    ['/events', '/data', '/services'],
    pointer,
    sentence,
    proposal(field, scope.fields) ?? 'Remove the field, or read a row.',
  );
  return null;
}
