import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine } from '#cli/command-line.ts';
import { fuzzCommand } from '#cli/fuzz-command.ts';
import { COMMANDS } from '#cli/usage.ts';
import { runCommand, type Build } from '#cli/run-command.ts';
import { AssertionFailure } from '#sim/base/assert.ts';
import { buildWorld } from '#sim/run/build.ts';
import { Folder, sample } from './sample-scenario.ts';

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function ask(
  args: readonly string[],
  command: (
    args: readonly string[],
    console: Parameters<typeof commandLine>[1],
  ) => Promise<number> = commandLine,
): Promise<Answer> {
  let out = '';
  const err: string[] = [];
  const console = {
    out: async (text: string) => {
      out += text;
      return Promise.resolve();
    },
    err: (line: string) => void err.push(line),
  };
  return { status: await command(args, console), out, err: err.join('\n') };
}

const folder = new Folder();
afterAll(() => folder.remove());
const good = folder.write('crash-after-charge.json', sample);

describe('run', () => {
  it('[CLI-1] ends with 0 where the verdicts are what the file expects, and says so in sentences', async () => {
    const { status, out } = await ask(['run', good]);
    expect(out).toContain('effect-once: invalid, as expected.');
    expect(out).toContain('no-loss: valid, as expected.');
    expect(out).toMatch(
      /^Ran [0-9.]+ s of virtual time with seed 7, until nothing was left to happen: [0-9]+ events, 20 messages\.$/m,
    );
    expect(out).toMatch(/^ {2}[0-9:.]+ crash of payment[-0-9]* begins$/m);
    expect(status).toBe(0);
  });

  it('[CLI-2] explains an anomaly with the records of its chain', async () => {
    const { out } = await ask(['run', good]);
    const lines = out.split('\n');
    const anomaly = lines.findIndex((line) => /^ {2}duplicate: order-[0-9]+/.test(line));
    const record = /record ([0-9]+)/.exec(lines[anomaly] ?? '')?.[1];
    const chain = lines.slice(anomaly + 1).filter((line) => line.startsWith('    '));
    expect(chain.length).toBeGreaterThan(2);
    expect(chain.some((line) => line.trim().startsWith(`${record} `))).toBe(true);
    expect(chain.filter((line) => line.includes(' effect ')).length).toBe(2);
  });

  it('[CLI-3] ends with 1 where a verdict is not what the file expects, and names what was expected', async () => {
    const expecting = (expect: object): string => folder.write('expecting.json', { ...sample, expect });
    const silent = await ask(['run', expecting({})]);
    expect(silent.out).toContain('effect-once: invalid, but nothing of the kind is expected.');
    expect(silent.status).toBe(1);
    const wrong = await ask(['run', expecting({ 'no-loss': 'invalid', 'effect-once': 'invalid' })]);
    expect(wrong.out).toContain('no-loss: valid, but the file expects invalid.');
    expect(wrong.status).toBe(1);
  });

  it('[CLI-4] an unknown that is not expected ends with 1, one that is with 0', async () => {
    const early = (expect: object): string => folder.write('early.json', { ...sample, faults: [], expect });
    const unexpected = await ask(['run', early({}), '--until', '1s', '--json']);
    const { verdicts } = JSON.parse(unexpected.out) as {
      verdicts: { checker: string; verdict: string; reason?: string }[];
    };
    const unknown = verdicts.filter(({ verdict }) => verdict === 'unknown');
    expect(unknown.length).toBeGreaterThan(0);
    for (const { reason } of unknown) expect(reason).toMatch(/\S/);
    expect(unexpected.status).toBe(1);
    const claims = Object.fromEntries(verdicts.map(({ checker, verdict }) => [checker, verdict]));
    expect((await ask(['run', early(claims), '--until', '1s'])).status).toBe(0);
  });

  it('[CLI-5] --json prints one object of the documented shape', async () => {
    const { out, status } = await ask(['run', good, '--json']);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual([
      'scenario',
      'seed',
      'version',
      'digest',
      'stopped',
      'virtualTime',
      'events',
      'messages',
      'verdicts',
      'metrics',
    ]);
    expect(report).toMatchObject({ scenario: 'crash-after-charge', seed: 7, stopped: 'quiescent' });
    expect(report['digest']).toMatch(/^[0-9a-f]{32}$/);
    const verdicts = report['verdicts'] as { checker: string; anomalies: object[] }[];
    expect(verdicts.map(({ checker }) => checker).sort()).toEqual(['effect-once', 'no-loss']);
    const anomaly = verdicts.find(({ checker }) => checker === 'effect-once')?.anomalies[0];
    expect(Object.keys(anomaly ?? {})).toEqual(['kind', 'count', 'subject', 'first', 'chain']);
    const { chain, first } = anomaly as { chain: number[]; first: { seq: number } };
    expect(chain).toContain(first.seq);
    expect(status).toBe(0);
  });

  it('[CLI-6] --seed changes the digest, the same seed repeats it, --until stops there', async () => {
    const run = async (...args: string[]): Promise<Record<string, unknown>> =>
      JSON.parse((await ask(['run', good, '--json', ...args])).out) as Record<string, unknown>;
    const [seven, again, eight] = [await run(), await run('--seed', '7'), await run('--seed', '8')];
    expect(again).toEqual(seven);
    expect(eight).toMatchObject({ seed: 8 });
    expect(eight['digest']).not.toBe(seven['digest']);
    expect(await run('--until', '1.5s')).toMatchObject({ stopped: 'until', virtualTime: 1_500_000 });
    expect(await run('--until', '1ms', '--until', '2s')).toMatchObject({ virtualTime: 2_000_000 });
  });

  it('[CLI-7] --trace writes the trace to a file, or to standard output alone', async () => {
    const file = join(folder.path, 'trace.jsonl');
    const toFile = await ask(['run', good, '--json', '--trace', file, '--format', 'jsonl']);
    const records = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number });
    expect(records[0]).toHaveProperty('trace');
    expect(records.slice(1).map(({ seq }) => seq)).toEqual(
      Array.from({ length: records.length - 1 }, (_, i) => i),
    );
    expect(records.length).toBeGreaterThan(100);
    const piped = await ask(['run', good, '--json', '--trace', '-', '--format', 'jsonl']);
    expect(piped.out).toBe(readFileSync(file, 'utf8'));
    expect(piped.err).toBe(toFile.out.trimEnd());
    const text = await ask(['run', good, '--trace', '-']);
    expect(text.out.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(
      records.length - 1,
    );
    expect(text.status).toBe(0);
  });

  it('[CLI-8] an assertion of ours ends with 3, with seed, scenario, virtual time and the replaying command', async () => {
    const failing: Build = (scenario, options) => {
      const world = buildWorld(scenario, options);
      const advance = world.advance.bind(world);
      world.advance = () => {
        advance({ until: 250_000 });
        throw new AssertionFailure('[TEST-1] an offset went backwards');
      };
      return world;
    };
    const odd = folder.write("it's odd.json", sample);
    const args = [odd, '--seed', '11', '--until', '5s'];
    const { status, out, err } = await ask(args, (given, console) => runCommand(given, console, failing));
    expect(err).toContain('[TEST-1] an offset went backwards');
    expect(err).toContain(`Scenario ${odd}, seed 11, at virtual time 0.25 s (250000 µs).`);
    expect(err).toContain(`npm run -s spillway -- run '${odd.replace("'", "'\\''")}' --seed 11 --until 5s`);
    expect(err).not.toMatch(/^ {4}at /m);
    expect([status, out]).toEqual([3, '']);
  });

  it('[CLI-9] anything else that throws is our bug too, also while the world is built', async () => {
    const broken: Build = () => {
      throw new TypeError('x is not a function');
    };
    const { status, err } = await ask([good], (given, console) => runCommand(given, console, broken));
    expect(err).toContain('TypeError: x is not a function');
    expect(err).toContain('before virtual time began');
    expect(status).toBe(3);
  });
});

describe('check', () => {
  it('[CLI-10] prints every problem of every file with its place, and ends with 2', async () => {
    const { brokers: _brokers, ...without } = sample;
    const bad = folder.write('bad.json', { ...sample, horizon: 'soon', extra: 1 });
    const worse = folder.write('worse.json', { ...without, on: 'kafak' });
    const { status, out } = await ask(['check', good, bad, worse]);
    expect(status).toBe(2);
    expect(out).toContain(`${good}: no problems`);
    expect(out).toMatch(new RegExp(`^${bad}#/horizon: .+\\.`, 'm'));
    expect(out).toMatch(new RegExp(`^${bad}#/extra: .+\\.`, 'm'));
    expect(out).toMatch(new RegExp(`^${worse}#/`, 'm'));
  });

  it('[CLI-11] a setting that is known but not modelled is a warning and fails nothing', async () => {
    const topics = { orders: { partitions: 2, config: { 'flush.messages': 1000 } } };
    const warned = folder.write('warned.json', { ...sample, brokers: { kafka: { kind: 'kafka', topics } } });
    const checked = await ask(['check', warned]);
    expect(checked.out).toMatch(/#\/brokers\/kafka\/topics\/orders\/config\/flush.messages: warning: /);
    expect(checked.status).toBe(0);
    const run = await ask(['run', warned, '--json']);
    expect(run.err).toContain('warning: ');
    expect(run.status).toBe(0);
  });
});

describe('hostile input', () => {
  const binary = folder.write('picture.json', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0, 1]));
  const huge = folder.write('huge.json', Buffer.alloc(66 * 1024 * 1024, 0x20));
  const large = folder.write('large.json', `"${'x'.repeat(50_000_000)}"`);
  const deep = folder.write('deep.json', `${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  const empty = folder.write('empty.json', '');
  const polluting = folder.write('polluting.json', '{"__proto__": {"x": 1}, "version": 1, "services": {}}');
  const steering = folder.write(
    'steering.json',
    '{"version": 1, "title": "\\u001b[2J", "services": {"\\u001b[2J": 5}}',
  );
  mkdirSync(join(folder.path, 'sub.json'));
  symlinkSync('circle.json', join(folder.path, 'circle.json'));
  const files = [
    ['a missing file', join(folder.path, 'missing.json')],
    ['a folder', join(folder.path, 'sub.json')],
    ['a circle of links', join(folder.path, 'circle.json')],
    ['a name with a zero', 'a\0b.json'],
    ['an empty name', ''],
    ['a device', '/dev/zero'],
    ['a picture', binary],
    ['a huge file', huge],
    ['a large file', large],
    ['deep nesting', deep],
    ['an empty file', empty],
    ['prototype pollution', polluting],
    ['control characters', steering],
  ] as const;

  it.each(files)(
    '[CLI-12] %s is problems with a place and status 2, from every command',
    async (_what, file) => {
      for (const command of ['run', 'check', 'conform']) {
        if (
          command === 'conform' &&
          [empty, polluting, steering, join(folder.path, 'sub.json')].includes(file)
        )
          continue;
        const { status, out, err } = await ask([command, file]);
        const lines = `${out}${err}`.trimEnd().split('\n');
        expect(lines.length).toBeGreaterThan(0);
        const place = `${file.replace('\0', '?')}#`;
        for (const line of lines) {
          expect(line.startsWith(place), line).toBe(true);
          expect(line.slice(place.length), line).toMatch(/^(\/\S*)?: \S.*[.?!]$/);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
        expect(status, `${command} ${file}`).toBe(2);
      }
    },
  );

  it('[CLI-13] a place that cannot be written is told before anything is run', async () => {
    const nowhere = join(folder.path, 'no', 'trace.txt');
    const missing = await ask(['run', good, '--trace', nowhere]);
    expect(missing).toMatchObject({ status: 2, out: '' });
    expect(missing.err).toMatch(/^The trace cannot be written to .*: there is no such folder\.$/);
    const itself = await ask(['run', good, '--trace', join(folder.path, '.', 'crash-after-charge.json')]);
    expect(itself).toMatchObject({ status: 2, out: '' });
    expect(JSON.parse(readFileSync(good, 'utf8'))).toEqual(sample);
    const refused = join(folder.path, 'unwritten.txt');
    expect((await ask(['run', empty, '--trace', refused])).status).toBe(2);
    expect(existsSync(refused)).toBe(false);
  });

  it.each([
    [[], /^Usage: /],
    [['rnu'], /^There is no command "rnu"/],
    [['--verbose'], /^There is no option "--verbose"/],
    [['toString'], /^There is no command "toString"/],
    [['run'], /^run needs a scenario file\.$/],
    [['run', good, good], /second one\.$/],
    [['run', good, '--sed', '5'], /^Unknown option '--sed'\.$/],
    [['run', good, '--seed'], /--seed/],
    [['run', good, '--seed', 'x'], /^--seed "x" is not a whole number/],
    [['run', good, '--seed', '-1'], /--seed/],
    [['run', good, '--seed', '1e3'], /^--seed "1e3" is not/],
    [['run', good, '--seed', '4294967296'], /^--seed "4294967296" is not/],
    [['run', good, '--until', 'soon'], /^--until "soon" is not a duration/],
    [['run', good, '--until', '0s'], /^--until: /],
    [['run', good, '--until', '999999999d'], /^--until: /],
    [['run', good, '--until', '0.0000001s'], /^--until: /],
    [['run', good, '--format', 'xml', '--trace', '-'], /^--format "xml" is neither/],
    [['run', good, '--json=yes'], /--json/],
    [['check'], /^check needs at least one/],
    [['check', good, '--strict'], /^Unknown option '--strict'\.$/],
    [['conform'], /^conform needs at least one/],
    [['queue'], /^queue needs a model: mm1, /],
  ] as const)('[CLI-14] %j is one sentence and status 2', async (args, sentence) => {
    const { status, out, err } = await ask(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
    if (args.length > 0) expect(err).not.toContain('\n');
  });

  it('[CLI-15] help lists what works and nothing else', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { status, out } = await ask(args);
      expect(status).toBe(0);
      expect(out).toMatch(/^ {2}run FILE/m);
      for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
    for (const command of COMMANDS) {
      const { status, out } = await ask([command, '--help']);
      expect(out.startsWith(`Usage: spillway ${command}`)).toBe(true);
      expect(status).toBe(0);
    }
  });
});

describe('explore', () => {
  it('[CLI-20] prints the matrix of crash points and claims, and ends with 1 where one fails', async () => {
    const { status, out } = await ask(['explore', good, '--crash-points']);
    const rows = out.split('\n');
    expect(rows[0]).toMatch(/effect-once .*no-loss/);
    expect(rows.find((row) => row.startsWith('payment-1 payment/charge#after'))).toMatch(/✗ .*✓$/);
    expect(rows.find((row) => row.startsWith('no crash'))).not.toContain('✗');
    expect(out).toMatch(/^7 runs: in 2 a claim does not hold or is left open\.$/m);
    expect(status).toBe(1);
  });

  it('[CLI-21] prints a smaller file that fails as the first did, and that file runs', async () => {
    const shrunk = await ask(['explore', good, '--shrink']);
    expect(shrunk.status).toBe(1);
    expect(shrunk.err).toContain('Nothing more can be cut away.');
    const file = folder.write('smallest.json', JSON.parse(shrunk.out) as object);
    const { status, out } = await ask(['run', file]);
    expect(out).toContain('effect-once: invalid, as expected.');
    expect(status).toBe(0);
  });

  it('[CLI-22] says as one JSON object what each run came to', async () => {
    const calm = folder.write('calm.json', { ...sample, faults: [], expect: {} });
    const { status, out } = await ask(['explore', calm, '--seeds', '3', '--shard', '2/2', '--json']);
    const { runs } = JSON.parse(out) as { runs: { seed: number; crash: unknown; digest: string }[] };
    expect(runs).toMatchObject([{ seed: 8, crash: null, digest: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
    expect(status).toBe(0);
  });

  it.each([
    [['explore'], /^explore needs a scenario file\.$/],
    [['explore', good, '--seeds', '0'], /^--seeds "0" is not a whole number from 1/],
    [['explore', good, '--shard', '3/2'], /^--shard "3\/2" is not i\/n/],
    [['explore', good, '--for', 'soon'], /^--for "soon" is not a duration/],
  ])('[CLI-23] %j is one sentence and status 2', async (args, sentence) => {
    const { status, out, err } = await ask(args);
    expect(err).toMatch(sentence);
    expect(out).toBe('');
    expect(status).toBe(2);
  });
});

describe('fuzz', () => {
  it('[CLI-24] tries random systems until its time is up, at least one', async () => {
    let now = 0;
    const clock = (): number => (now += 20_000);
    const { status, out } = await ask(['--seed', '1000', '--minutes', '1'], (args, console) =>
      fuzzCommand(args, console, clock),
    );
    expect(out).toBe('3 systems, seeds 1000 to 1002: every property holds.\n');
    expect(status).toBe(0);
  });

  it('[CLI-25] names seed, property and replay where one does not hold, and ends with 3', async () => {
    const broken = { name: '[TEST] no third system', broken: wrongFrom(3) };
    const { status, err } = await ask(['--seed', '5', '--runs', '9'], (args, console) =>
      fuzzCommand(args, console, () => 0, [broken]),
    );
    expect(err).toContain('Seed 7: [TEST] no third system: it is the third');
    expect(err).toContain('spillway fuzz --seed 7 --runs 1');
    expect(status).toBe(3);
  });
});

function wrongFrom(nth: number): () => string | null {
  let calls = 0;
  return () => ((calls += 1) >= nth ? 'it is the third' : null);
}
