import { afterAll, describe, expect, it } from 'vitest';
import { commandLine } from '#cli/command-line.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import { Folder, sample } from './sample-scenario.ts';

const folder = new Folder();
afterAll(() => folder.remove());

async function ask(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const console = {
    out: (text: string) => {
      out += text;
      return Promise.resolve();
    },
    err: (line: string) => void (err += line),
  };
  return { status: await commandLine(['definitions', ...args], console), out, err };
}

const node = {
  kind: 'rabbitmq',
  exchanges: { events: { type: 'topic' } },
  queues: { payment: { arguments: { 'x-queue-type': 'quorum' } } },
  bindings: [{ source: 'events', destination: 'payment', routingKey: 'order.#' }],
  policies: { long: { pattern: '.*', definition: { 'max-length': 10 } } },
  definitions: { rabbit_version: '3.10.8', users: [{ name: 'guest' }] },
};

function scenario(brokers: Record<string, unknown>): string {
  const [on] = Object.keys(brokers);
  const services = { idle: { every: '1s', limit: 1, do: [{ work: '1ms' }] } };
  return JSON.stringify({ version: 1, horizon: '2s', on, brokers, services });
}

describe('definitions', () => {
  it('[RABBIT-DEFINITIONS-2] come out as a file that goes in again, with what nothing here acts on', async () => {
    const { status, out } = await ask(folder.write('one.json', scenario({ rabbit: node })));
    expect(status).toBe(0);
    const definitions = JSON.parse(out) as Record<string, unknown>;
    expect(definitions).toMatchObject({ rabbit_version: '3.10.8', users: [{ name: 'guest' }] });
    const before = parseScenario(scenario({ rabbit: node }));
    const after = parseScenario(scenario({ rabbit: { kind: 'rabbitmq', definitions } }));
    if (!before.ok || !after.ok) throw new Error(JSON.stringify([before, after]));
    expect(after.value.brokers[0]?.rabbit).toEqual(before.value.brokers[0]?.rabbit);
  });

  it('asks which node where there are several, and says so where there is none', async () => {
    const two = folder.write('two.json', scenario({ a: node, b: { kind: 'rabbitmq' } }));
    expect(await ask(two)).toMatchObject({ status: 2, err: 'Say --broker, one of: a, b.' });
    expect((await ask(two, '--broker', 'b')).status).toBe(0);
    expect((await ask(two, '--broker', 'c')).err).toBe('There is no RabbitMQ node "c"; there are: a, b.');
    const none = folder.write('none.json', sample);
    expect(await ask(none)).toMatchObject({ status: 2, err: 'The file has no RabbitMQ node.' });
  });
});
