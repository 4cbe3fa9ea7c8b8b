/**
 * Everything in a file that has a name that something else may use: processes, topics, effects, tables, groups. Services,
 * instances, brokers, nodes and stores share one name space, because links, partitions and faults speak of all of them.
 */
import { at, problem } from '#sim/scenario/report.ts';
import { entries, rawNames, type Context } from '#sim/scenario/place.ts';
import type { FaultTarget } from '#sim/scenario/fault.ts';

export interface Inventory {
  readonly events: readonly string[];
  readonly services: readonly string[];
  readonly brokers: readonly string[];
  readonly stores: readonly string[];
  /** Everything that a link or fault can name. */
  readonly targets: ReadonlyMap<string, FaultTarget>;
  /** `cards.charge` of external APIs. */
  readonly operations: readonly string[];
  /** `ledger.orders` of databases. */
  readonly tables: readonly string[];
  /** Columns that some step writes, by `store.table`. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly groups: readonly string[];
}

export function takeInventory(context: Context): Inventory {
  const { document } = context;
  const stores = entries(document.stores, '/stores');
  const within = (kind: 'external-api' | 'database', part: 'operations' | 'tables') =>
    stores
      .filter((store) => store.value.kind === kind)
      .flatMap((store) =>
        rawNames(context, 'stores', store.name, part).map((name) => `${store.name}.${name}`),
      );
  const groups = entries(document.carry, '/carry').flatMap((carry) =>
    Object.values(carry.value.consume ?? {}).map((consume) =>
      'queue' in consume ? consume.queue : consume.group,
    ),
  );
  const tables = within('database', 'tables');
  return {
    events: rawNames(context, 'events'),
    services: rawNames(context, 'services'),
    brokers: rawNames(context, 'brokers'),
    stores: rawNames(context, 'stores'),
    targets: takeTargets(context),
    operations: within('external-api', 'operations'),
    tables,
    columns: takeColumns(context, tables),
    groups: [...new Set(groups)].sort(),
  };
}

/** `payment-1` … `payment-n`. */
export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
}

/** The process that stands for the quorum of controllers of a cluster with several nodes. */
export function controllerName(broker: string): string {
  return `${broker}-controller`;
}

function takeTargets(context: Context): Map<string, FaultTarget> {
  const targets = new Map<string, FaultTarget>();
  const add = (kind: FaultTarget['kind'], name: string, pointer: string, of?: string) => {
    const other = targets.get(name);
    if (other === undefined) targets.set(name, { kind, name });
    else {
      const what = of === undefined ? `The name \`${name}\`` : `The name \`${name}\`, which \`${of}\` makes,`;
      problem(context.report, pointer, `${what} is taken by ${KINDS[other.kind]}.`, 'Choose another name.');
    }
  };
  const { document } = context;
  for (const name of rawNames(context, 'services')) add('service', name, at('/services', name));
  for (const name of rawNames(context, 'brokers')) add('broker', name, at('/brokers', name));
  for (const name of rawNames(context, 'stores')) add('store', name, at('/stores', name));
  for (const { name, value, pointer } of entries(document.services, '/services')) {
    for (const instance of numbered(name, value.instances ?? 1)) add('instance', instance, pointer, name);
  }
  for (const { name, value, pointer } of entries(document.brokers, '/brokers')) {
    const nodes = 'nodes' in value ? (value.nodes ?? 1) : 1;
    for (const node of numbered(name, nodes)) add('node', node, pointer, name);
    if (nodes > 1) add('controller', controllerName(name), pointer, name);
  }
  return targets;
}

const KINDS: Readonly<Record<FaultTarget['kind'], string>> = {
  service: 'a service',
  instance: 'an instance of a service',
  broker: 'a broker',
  node: 'a node of a broker',
  controller: 'the controller of a cluster',
  store: 'a store',
};

/** Looks through every step of the file, whatever program it stands in. */
function takeColumns(context: Context, tables: readonly string[]): Map<string, readonly string[]> {
  const columns = new Map<string, Set<string>>(tables.map((table) => [table, new Set(['key'])]));
  const visit = (step: unknown, store: string) => {
    if (typeof step !== 'object' || step === null) return;
    const words = step as Record<string, unknown>;
    const inner = typeof words['transaction'] === 'string' ? words['transaction'] : store;
    const table = words['insert'] ?? words['update'];
    if (typeof table === 'string') {
      const known = columns.get(table.includes('.') ? table : `${inner}.${table}`);
      for (const part of [words['values'], words['set'], words['add']]) {
        for (const name of Object.keys(part ?? {})) known?.add(name);
      }
    }
    if (Array.isArray(words['do'])) for (const next of words['do']) visit(next, inner);
  };
  const programs: unknown[] = [
    ...Object.values(context.document.services),
    ...(context.document.faults ?? []),
  ];
  for (const program of programs) {
    const words = program as Record<string, unknown>;
    const lists = [words['do'], ...Object.values(words['on'] ?? {})];
    for (const list of lists) if (Array.isArray(list)) for (const step of list) visit(step, '');
  }
  return new Map([...columns].map(([table, names]) => [table, [...names].sort()]));
}
