import { describe, expect, it } from 'vitest';
import { readDefinitions, writeDefinitions } from '#sim/brokers/rabbitmq/config/definitions.ts';
import { declareArguments } from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import { rabbitSetting, rabbitSettings, settingFault } from '#sim/brokers/rabbitmq/config/settings.ts';
import { exchangesTo, type RabbitTopology } from '#sim/brokers/rabbitmq/config/topology.ts';
import { RABBIT_VERSIONS } from '#sim/brokers/rabbitmq/config/version-rules.ts';
import { perform } from '#sim/brokers/rabbitmq/methods.ts';
import { openChannel, openConnection } from '#sim/brokers/rabbitmq/node.ts';
import { setUp } from '#sim/brokers/rabbitmq/set-up.ts';
import { textContent } from '#sim/brokers/rabbitmq/message.ts';
import { buildWorld } from '#sim/run/build.ts';
import { parseScenario } from '#sim/scenario/parse.ts';

/** As `rabbitmqctl export_definitions` of 3.10 writes it, with parts that nothing here acts on. */
const exported = {
  rabbit_version: '3.10.8',
  users: [{ name: 'guest', tags: ['administrator'] }],
  vhosts: [{ name: '/' }],
  policies: [
    {
      vhost: '/',
      name: 'ttl',
      pattern: '^wait',
      'apply-to': 'queues',
      definition: { 'message-ttl': 500 },
      priority: 1,
    },
  ],
  queues: [
    { name: 'work', vhost: '/', durable: true, auto_delete: false, arguments: { 'x-max-length': 5 } },
    { name: 'wait.5s', vhost: '/', durable: true, auto_delete: false, arguments: {}, leader: 'rabbit@a' },
  ],
  exchanges: [
    {
      name: 'events',
      vhost: '/',
      type: 'topic',
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: {},
    },
  ],
  bindings: [
    {
      source: 'events',
      vhost: '/',
      destination: 'work',
      destination_type: 'queue',
      routing_key: 'order.#',
      arguments: {},
    },
  ],
};

function topologyOf(): RabbitTopology {
  return { version: '3.10', config: {}, disk: null, ...readDefinitions(exported) };
}

describe('definitions', () => {
  it('an imported topology runs, its policies too [RABBIT-POLICY-1]', () => {
    const { node, faults } = setUp(topologyOf());
    expect(faults).toEqual([]);
    const channel = openChannel(node, openConnection(node));
    const content = textContent('m', {});
    const publish = { method: 'basic.publish', mandatory: true, content } as const;
    perform(node, channel, { ...publish, exchange: 'events', routingKey: 'order.placed' });
    expect(node.frames).toEqual([]);
    expect(node.queues.get('work')?.type === 'classic' && node.queues.get('wait.5s')?.settings.ttl).toBe(500);
  });

  it('[RABBIT-POLICY-2] of argument and policy the lower number holds', () => {
    const topology = topologyOf();
    const queues = topology.queues.map((queue) => ({ ...queue, args: { 'x-message-ttl': 900 } }));
    expect(setUp({ ...topology, queues }).node.queues.get('wait.5s')?.settings.ttl).toBe(500);
    expect(setUp({ ...topology, queues }).node.queues.get('work')?.settings.ttl).toBe(900);
  });

  it('[RABBIT-DEFINITIONS-2] what nothing acts on is named and kept: writing gives the file again', () => {
    expect(readDefinitions(exported).unknown).toEqual(['users', 'queues[1].leader']);
    const written = writeDefinitions(topologyOf(), exported);
    expect(readDefinitions(written).unknown).toEqual(['users', 'queues[1].leader']);
    expect(readDefinitions(written)).toMatchObject({
      exchanges: topologyOf().exchanges,
      queues: topologyOf().queues,
      bindings: topologyOf().bindings,
      policies: topologyOf().policies,
    });
  });

  it('[RABBIT-DEFINITIONS-1] a scenario may carry them, and says what it passes over', () => {
    const parsed = parseScenario(
      JSON.stringify({
        version: 1,
        horizon: '5s',
        data: { order: { id: 'sequence' } },
        events: { 'order.placed': { fields: { 'order.id': 'id' } } },
        brokers: { rabbit: { kind: 'rabbitmq', definitions: exported } },
        carry: {
          rabbit: {
            publish: { 'order.placed': { exchange: 'events', routingKey: '{event.type}' } },
            consume: { payment: { queue: 'work' } },
          },
        },
        services: {
          checkout: { every: '100ms', limit: 3, do: [{ publish: 'order.placed', wait: 'confirm' }] },
          payment: { on: { 'order.placed': ['settle'] } },
        },
        checks: ['no-loss'],
      }),
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.value.warnings.map(({ sentence }) => sentence)).toContain(
      '"users" in the definitions is kept and not acted on.',
    );
    const world = buildWorld(parsed.value);
    while (world.advance({ events: 1000 }) === null);
    expect(world.verdicts()[0]?.reason).toBe(
      'Every confirmed event was handled in every group (3 to handle).',
    );
  });
});

describe('settings', () => {
  it.each(RABBIT_VERSIONS)('%s: every argument of a queue type stands in the table', (version) => {
    const known = rabbitSettings('queue', version).map(({ name }) => name);
    const used = (['classic', 'quorum', 'stream'] as const).flatMap((type) => declareArguments(type));
    const paging = ['x-max-in-memory-length', 'x-max-in-memory-bytes', 'x-queue-master-locator'];
    expect(used.filter((name) => !known.includes(name) && !paging.includes(name))).toEqual([]);
  });

  it('[RABBIT-QUORUM-3] the default delivery limit is the version’s', () => {
    expect(rabbitSetting('queue', 'x-delivery-limit', '3.10')?.default).toBeNull();
    expect(rabbitSetting('queue', 'x-delivery-limit', '4.3')?.default).toBe(20);
  });

  it('bounds and words are held', () => {
    const fault = (name: string, value: unknown): string | null => {
      const setting = rabbitSetting('queue', name, '3.10');
      if (setting === null) throw new Error(`no ${name}`);
      return settingFault(setting, value);
    };
    expect(fault('x-max-priority', 300)).toBe('x-max-priority must be no more than 255.');
    expect(fault('x-overflow', 'drop-tail')).toMatch(/is one of/);
    expect(fault('x-max-length', 3)).toBeNull();
  });
});

describe('what leads to a queue', () => {
  it('the default exchange always, others over bindings of any key', () => {
    const binding = { kind: 'exchange', routingKey: 'x', args: {} } as const;
    const topology: RabbitTopology = {
      ...topologyOf(),
      bindings: [...topologyOf().bindings, { ...binding, source: 'front', destination: 'events' }],
    };
    expect(exchangesTo(topology, 'work').sort()).toEqual(['', 'events', 'front']);
    expect(exchangesTo(topology, 'wait.5s')).toEqual(['']);
  });
});
