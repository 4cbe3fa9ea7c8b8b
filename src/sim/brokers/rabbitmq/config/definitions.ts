/**
 * RabbitMQ's own definitions file (`rabbitmqctl export_definitions`, the management API's /api/definitions): exchanges,
 * queues, bindings and policies are read and written; everything else is kept as it is and named. Virtual hosts: there
 * is one here; parts of others are read as if they stood in it, which is said.
 */
import { isTable, NO_FIELDS, type FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type {
  Binding,
  ExchangeSetup,
  Policy,
  QueueSetup,
  RabbitTopology,
} from '#sim/brokers/rabbitmq/config/topology.ts';

export interface Definitions {
  readonly exchanges: readonly ExchangeSetup[];
  readonly queues: readonly QueueSetup[];
  readonly bindings: readonly Binding[];
  readonly policies: readonly Policy[];
  /** Keys that nothing here acts on, as `users` or `queues[0].leader`. */
  readonly unknown: readonly string[];
}

const ACTED_ON = ['exchanges', 'queues', 'bindings', 'policies'];
/** Said by every export, of no consequence here. */
const SILENT = [
  'rabbit_version',
  'rabbitmq_version',
  'product_name',
  'product_version',
  'rabbitmq_definition_format',
  'original_cluster_name',
  'explanation',
  'vhosts',
];

type Row = Readonly<Record<string, unknown>>;

function rows(file: Row, part: string): Row[] {
  const listed = file[part];
  return Array.isArray(listed) ? (listed as unknown[]).filter((one): one is Row => isTable(one)) : [];
}

function text(row: Row, name: string, otherwise = ''): string {
  const value = row[name];
  return typeof value === 'string' ? value : otherwise;
}

function table(row: Row, name: string): FieldTable {
  const value = row[name];
  return isTable(value) ? value : NO_FIELDS;
}

export function readDefinitions(file: Row): Definitions {
  const unknown = Object.keys(file).filter((key) => !ACTED_ON.includes(key) && !SILENT.includes(key));
  const note = (part: string, known: readonly string[]): Row[] => {
    const list = rows(file, part);
    list.forEach((row, i) => {
      for (const key of Object.keys(row)) if (!known.includes(key)) unknown.push(`${part}[${i}].${key}`);
    });
    return list;
  };
  const common = ['name', 'vhost', 'durable', 'auto_delete', 'arguments'];
  return {
    exchanges: note('exchanges', [...common, 'type', 'internal']).map((row) => ({
      name: text(row, 'name'),
      type: text(row, 'type', 'direct'),
      durable: row['durable'] === true,
      autoDelete: row['auto_delete'] === true,
      internal: row['internal'] === true,
      args: table(row, 'arguments'),
    })),
    queues: note('queues', [...common, 'type']).map((row) => ({
      name: text(row, 'name'),
      durable: row['durable'] === true,
      autoDelete: row['auto_delete'] === true,
      args: queueArguments(row),
    })),
    bindings: note('bindings', [
      'source',
      'vhost',
      'destination',
      'destination_type',
      'routing_key',
      'arguments',
      'properties_key',
    ]).map((row) => ({
      source: text(row, 'source'),
      kind: row['destination_type'] === 'exchange' ? ('exchange' as const) : ('queue' as const),
      destination: text(row, 'destination'),
      routingKey: text(row, 'routing_key'),
      args: table(row, 'arguments'),
    })),
    policies: note('policies', ['name', 'vhost', 'pattern', 'apply-to', 'priority', 'definition']).map(
      (row) => ({
        name: text(row, 'name'),
        pattern: text(row, 'pattern', '.*'),
        applyTo: text(row, 'apply-to', 'all'),
        priority: typeof row['priority'] === 'number' ? row['priority'] : 0,
        definition: table(row, 'definition'),
      }),
    ),
    unknown,
  };
}

/** Newer exports say the type beside the arguments. */
function queueArguments(row: Row): FieldTable {
  const args = table(row, 'arguments');
  const type = text(row, 'type');
  const says = args['x-queue-type'] !== undefined || type === '' || type === 'classic';
  return says ? args : { ...args, 'x-queue-type': type };
}

/** The row as it was read, if it was: what is not acted on stays in it. */
function over(before: readonly Row[], row: Row): Row {
  return { ...before.find(({ name }) => name === row['name']), ...row };
}

/** The file again: `original` gives what was kept, the topology what is acted on. */
export function writeDefinitions(topology: RabbitTopology, original: Row = {}): Row {
  const vhost = '/';
  const exchanges = rows(original, 'exchanges');
  const queues = rows(original, 'queues');
  const policies = rows(original, 'policies');
  return {
    ...original,
    exchanges: topology.exchanges.map(({ name, type, durable, autoDelete, internal, args }) => {
      const row = { name, vhost, type, durable, auto_delete: autoDelete, internal, arguments: args };
      return over(exchanges, row);
    }),
    queues: topology.queues.map(({ name, durable, autoDelete, args }) =>
      over(queues, { name, vhost, durable, auto_delete: autoDelete, arguments: args }),
    ),
    bindings: topology.bindings.map(({ source, kind, destination, routingKey, args }) => ({
      source,
      vhost,
      destination,
      destination_type: kind,
      routing_key: routingKey,
      arguments: args,
    })),
    policies: topology.policies.map(({ name, pattern, applyTo, priority, definition }) =>
      over(policies, { vhost, name, pattern, 'apply-to': applyTo, definition, priority }),
    ),
  };
}
