import { describe, expect, it } from 'vitest';
import { commandLine } from '#cli/command-line.ts';

async function queue(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await commandLine(['queue', ...args], {
    out: async (text) => {
      out += text;
      return Promise.resolve();
    },
    err: (line) => void (err += line),
  });
  return { status, out, err };
}

const line = (out: string, name: string): string =>
  out.split('\n').find((one) => one.trim().startsWith(`${name} `)) ?? '';

describe('queue', () => {
  it('[CLI-30] answers flags in lines: name, value, meaning', async () => {
    const { status, out } = await queue('mmc', '--lambda', '9', '--mu', '1', '--servers', '10');
    expect(line(out, 'Lq')).toMatch(/^ {2}Lq +6\.018584 +customers waiting, mean$/);
    expect(line(out, 'wq_p99')).toMatch(/4\.202798 +99 of 100 wait no longer$/);
    expect(status).toBe(0);
  });

  it('[CLI-31] --json prints one object with every digit, and --params takes what the flags say', async () => {
    const flags = await queue('mmc', '--lambda', '800', '--mu', '100', '--servers', '10', '--json');
    const json = await queue('mmc', '--params', '{"lambda_":800,"mu":100,"c":10}', '--json');
    expect(json).toEqual(flags);
    const report = JSON.parse(json.out) as Record<string, unknown>;
    expect(report).toMatchObject({ model: 'mmc', params: { lambda_: 800, mu: 100, c: 10 } });
    expect(report['Wq']).toBeCloseTo(0.002045900753982, 15);
    expect(json.status).toBe(0);
  });

  it('[CLI-32] units: a rate or the time between two, times shown in the unit that suits', async () => {
    const rate = await queue('mmc', '--lambda', '800/s', '--mu', '100/s', '--servers', '10');
    const time = await queue('mmc', '--lambda', '48000/min', '--mu', '10ms', '--servers', '10');
    expect(time.out).toBe(rate.out);
    expect(line(rate.out, 'Wq')).toContain('2.045901 ms');
    const fixed = await queue('md1', '--lambda', '80/s', '--service', '10ms', '--json');
    expect(JSON.parse(fixed.out)).toMatchObject({ timeUnit: 's', rho: 0.8 });
  });

  it('[CLI-33] a load beyond the capacity is an answer with its growth rate, not an error', async () => {
    const { status, out } = await queue('mm1', '--lambda', '120/s', '--mu', '100/s');
    expect(out).toContain('Unstable: the queue grows by 20 a second.');
    expect(line(out, 'Wq')).toBe('');
    expect(status).toBe(0);
    const json = await queue('mm1', '--lambda', '1', '--mu', '1', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ unstable: true, growthRate: 0 });
  });

  it('[CLI-34] impossible input is every problem with its place, and status 2', async () => {
    const { status, out } = await queue('mmc', '--params', '{"lambda_":-1,"mu":"fast","C":3}');
    expect(out.trimEnd().split('\n')).toEqual([
      'params#/C: mmc has no such parameter; it has lambda_, mu, c.',
      'params#/lambda_: lambda_ is -1; it must be a number, 0 or greater.',
      'params#/mu: mu is "fast"; it must be a number.',
      'params#/c: c is missing; it must be a number.',
    ]);
    expect(status).toBe(2);
    const deep = await queue('priority_nonpreemptive', '--params', '{"classes":[{"lambda_":1,"mu":0}]}');
    expect(deep.out).toBe('params#/classes/0/mu: mu is 0; it must be a number greater than 0.\n');
    const flag = await queue('mmc', '--lambda', '1', '--mu', '2', '--servers', '2.5');
    expect(flag.out).toMatch(/^--servers: c is 2\.5; it must be a whole number/);
  });

  it.each([
    [[], /^queue needs a model: mm1, /],
    [['mm9'], /^There is no model "mm9"; there are mm1, /],
    [['mm1', 'mmc'], /second one/],
    [['mm1', '--lambda', 'fast', '--mu', '1'], /^--lambda "fast" is not a number/],
    [['mm1', '--lambda', '8/s', '--mu', '1'], /^--mu: give a unit here too/],
    [['mmc', '--lambda', '8', '--mu', '1', '--servers', '3s'], /^--servers "3s" has no unit of time\.$/],
    [['mm1', '--params', '{'], /^--params "\{" is not JSON\.$/],
    [['mm1', '--params', '[1]'], /^--params is a JSON object/],
    [['mm1', '--params', '{}', '--mu', '1'], /^Give --params or --mu, not both\.$/],
  ] as const)('[CLI-35] %j is one sentence and status 2', async (args, sentence) => {
    const { status, out, err } = await queue(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
  });

  it('[CLI-36] every model that help lists answers to --json or says what it lacks', async () => {
    const { out } = await queue('--help');
    const models = out.slice(out.indexOf('Models:')).match(/^ {2}([a-zA-Z0-9_]+)(?= {2})/gm) ?? [];
    expect(models.length).toBeGreaterThan(20);
    for (const model of models.map((one) => one.trim()).filter((one) => !/^[0-3]$/.test(one))) {
      const { status, out: told } = await queue(model);
      expect(told).toMatch(/is missing/);
      expect(status).toBe(2);
    }
  });
});
