/** A reader's session: opening, breaking, playing, stepping, a worker that dies; computed by the real Simulation. */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SessionCore } from '#lib/run/session-core.ts';
import { buildWorld } from '#sim/run/build.ts';
import { recordLine } from '#sim/trace/text.ts';
import { parsed } from '../support/scenario-files.ts';
import { FakeLink, HandClock } from './fake-link.ts';

const crash = readFileSync('scenarios/effects/crash-after-charge.json', 'utf8');
const healthy = readFileSync('scenarios/effects/healthy.json', 'utf8');

function session(): { core: SessionCore; link: FakeLink; clock: HandClock } {
  const link = new FakeLink();
  const clock = new HandClock();
  return { core: new SessionCore(link, clock), link, clock };
}

async function idle(core: SessionCore): Promise<void> {
  while (!core.idle) await setImmediate();
}

async function opened(text: string): Promise<ReturnType<typeof session>> {
  const all = session();
  expect(await all.core.open(text, 'file.json')).toBe(true);
  await idle(all.core);
  return all;
}

function sceneOf(core: SessionCore) {
  const { place, time } = core.playhead;
  const scene = core.sceneAt(core.current?.trace ?? null, place, time);
  if (scene === null) throw new Error('no scene');
  return scene;
}

/** Lines of the trace up to a time. */
function linesTo(core: SessionCore, time: number): string[] {
  const trace = core.current?.trace;
  const lines: string[] = [];
  for (let seq = 0; trace !== undefined && (trace.row(seq)?.at ?? Infinity) <= time; seq += 1) {
    const row = trace.row(seq);
    if (row !== null) lines.push(recordLine(trace.header, row));
  }
  return lines;
}

function digestOf(text: string, seed?: number): string {
  const world = buildWorld(parsed(text), { seed });
  world.advance();
  return world.digest();
}

describe('opening', () => {
  it('computes the document to its end and has the digest of the command line', async () => {
    const { core } = await opened(crash);
    expect(core.status).toBe('idle');
    expect(core.current?.stopped).toBe('quiescent');
    expect(core.current?.report?.digest).toBe(digestOf(crash));
    expect(core.machines.map(({ name }) => name)).toContain('group-coordinator');
    expect(core.playhead.time).toBe(0);
  });

  it('gives every problem of a bad document, and what was open stays', async () => {
    const { core } = await opened(crash);
    core.playhead.seek(6_000_000);
    const before = core.current;
    expect(await core.open('{ "version": 1, "titel": "x" }', 'bad.json')).toBe(false);
    await idle(core);
    expect(core.status).toBe('refused');
    expect(core.problems.map(({ pointer }) => pointer)).toContain('/titel');
    expect(core.notice?.sentence).toContain('bad.json');
    expect(core.current).toBe(before);
    expect(core.playhead.time).toBe(6_000_000);
    expect(await core.open(healthy)).toBe(true);
    await idle(core);
    expect(core.problems).toEqual([]);
    expect(core.status).toBe('idle');
  });

  it('takes the last of several documents that are opened at once', async () => {
    const { core } = session();
    const answers = await Promise.all([core.open(crash), core.open('{}'), core.open(healthy)]);
    await idle(core);
    expect(answers).toEqual([true, false, true]);
    expect(core.current?.report?.digest).toBe(digestOf(healthy));
  });
});

describe('breaking by hand', () => {
  it('keeps what was before, and the file that comes of it replays to the same digest', async () => {
    const { core } = await opened(healthy);
    core.playhead.seek(6_250_000);
    const before = linesTo(core, 6_250_000);
    const seen = sceneOf(core);
    expect(await core.breakNow({ crash: 'payment-1', for: '5s' })).toBe(true);
    await idle(core);
    expect(core.notice?.kind).toBe('recomputed');
    expect(core.playhead.time).toBe(6_250_000);
    expect(linesTo(core, 6_250_000)).toEqual(before);
    expect(before.length).toBeGreaterThan(100);
    expect(sceneOf(core).processes).toEqual(seen.processes);
    const exported = core.current?.text ?? '';
    expect(core.current?.report?.digest).toBe(digestOf(exported));
    expect(core.current?.report?.digest).not.toBe(digestOf(healthy));
    core.playhead.seek(6_250_001);
    expect(sceneOf(core).processes.find(({ name }) => name === 'payment-1')?.word).toBe('crashed');
  });

  it('adds a fault with a trigger of its own, and keeps the seed that was chosen', async () => {
    const { core } = await opened(healthy);
    await core.reseed(11);
    await idle(core);
    await core.addFault({ crash: 'payment', when: { after: 'payment/charge', nth: 3 }, for: '5s' });
    await idle(core);
    expect(core.seed).toBe(11);
    const text = core.current?.text ?? '';
    expect(core.current?.report?.digest).toBe(digestOf(text, 11));
    expect(core.current?.summary.topology.faults.at(-1)?.trigger).toBe('after payment/charge, 3rd time');
  });

  it('refuses a fault that the scenario does not know, and changes nothing', async () => {
    const { core } = await opened(healthy);
    const { text } = core.current ?? {};
    expect(await core.breakNow({ crash: 'nobody', for: '5s' })).toBe(false);
    await idle(core);
    expect(core.latest?.text).toBe(text);
    expect(core.problems.length).toBeGreaterThan(0);
  });
});

describe('the playhead', () => {
  it('moves with wall time at its speed, and stops at the end', async () => {
    const { core, clock } = await opened(crash);
    core.playhead.setSpeed(0.5);
    core.playhead.play();
    expect(core.idle).toBe(false);
    for (let i = 0; i < 3; i += 1) clock.pass(16);
    expect(core.playhead.time).toBe(24_000);
    core.playhead.setSpeed(Infinity);
    clock.pass(16);
    expect(core.playhead.time).toBe(core.current?.end);
    expect(core.playhead.playing).toBe(false);
    expect(clock.running).toBe(false);
    expect(core.idle).toBe(true);
  });

  it('adds up parts of a microsecond', async () => {
    const { core, clock } = await opened(crash);
    core.playhead.setSpeed(0.000125);
    core.playhead.play();
    for (let i = 0; i < 10; i += 1) clock.pass(4);
    expect(core.playhead.time).toBe(5);
  });

  it('steps forth and back through the same places, to the end and to the beginning', async () => {
    const { core } = await opened(crash);
    const places = (step: () => void): number[] => {
      const found = [core.playhead.place];
      for (;;) {
        step();
        if (core.playhead.place === found.at(-1)) return found;
        found.push(core.playhead.place);
      }
    };
    const back = (): void => core.playhead.stepBack();
    places(back);
    expect(core.playhead.place).toBe(0);
    const forth = places(() => core.playhead.stepEvent());
    expect(forth.length).toBeGreaterThan(1500);
    expect(forth.at(-1)).toBe(core.current?.trace.records);
    expect(places(back)).toEqual(forth.toReversed());
    expect(core.playhead.time).toBe(0);
  });

  it('shows at a step what the record has done, and not what follows at the same time', async () => {
    const { core } = await opened(crash);
    const seq = core.current?.report?.verdicts
      .find(({ id }) => id === 'effect-once')
      ?.anomalies[0]?.chain.at(-1);
    core.playhead.seekRecord(seq ?? -1);
    const [ledger] = sceneOf(core).ledgers;
    expect(ledger?.duplicates).toBe(1);
    expect(ledger?.rows.at(-1)).toMatchObject({ key: 'order-11', nth: 2, repeated: true });
    core.playhead.stepBack();
    expect(sceneOf(core).ledgers[0]?.duplicates).toBe(0);
  });

  it('jumps from anomaly to anomaly', async () => {
    const { core } = await opened(crash);
    core.jumpToNextAnomaly();
    expect(core.playhead.time).toBe(16_309_244);
    core.playhead.seek(20_000_000);
    core.jumpToNextAnomaly();
    expect(core.playhead.time).toBe(20_000_000);
    core.jumpToPreviousAnomaly();
    expect(core.playhead.time).toBe(16_309_244);
  });
});

describe('a simulation that dies', () => {
  it('is started again from file and seed, at the playhead, and the session says so', async () => {
    const { core, link } = await opened(crash);
    core.playhead.seek(7_000_000);
    const seen = sceneOf(core);
    link.die();
    await idle(core);
    expect(core.notice).toMatchObject({ kind: 'restarted' });
    expect(core.playhead.time).toBe(7_000_000);
    expect(sceneOf(core)).toEqual(seen);
    expect(core.status).toBe('idle');
    expect(link.opened).toHaveLength(2);
  });

  it('while it computes is started once more; what is shown is never less than before', async () => {
    const { core, link } = session();
    link.deathsAhead = 1;
    await core.open(crash);
    await idle(core);
    expect(core.notice?.kind).toBe('restarted');
    expect(core.current?.report?.digest).toBe(digestOf(crash));
  });

  it('twice in a row is told as our bug, and nothing waits for it', async () => {
    const { core, link } = session();
    link.deathsAhead = 2;
    await core.open(crash);
    while (core.status !== 'bug') await setImmediate();
    expect(core.bug).toContain('ended the same way');
    expect(link.opened).toHaveLength(2);
  });
});

describe('stopping', () => {
  it('leaves what is computed, and goes on from there to the same digest', async () => {
    const { core } = session();
    const log = readFileSync('scenarios/log/hot-key.json', 'utf8');
    await core.open(log);
    core.stop();
    await idle(core);
    expect(core.current?.stopped).toBeNull();
    expect(core.current?.end).toBeNull();
    core.compute();
    expect(core.status).toBe('computing');
    await idle(core);
    expect(core.current?.report?.digest).toBe(digestOf(log));
  });
});
