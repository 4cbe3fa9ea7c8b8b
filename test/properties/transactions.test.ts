/**
 * Consume, transform and produce in a transaction, under whatever strikes: processes and brokers that die or stand still,
 * links that break, on one node and on three, with both transaction versions. A reader of committed records acts once on
 * each output and misses none. Counts as in generated.test.ts.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import { parsed } from '../support/scenario-files.ts';

const only = process.env['SPILLWAY_SEED'];
const count = Number(process.env['SPILLWAY_COUNT'] ?? (process.env['SPILLWAY_DEEP'] ? 600 : 40));
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => 1 + i) : [Number(only)];
const text = readFileSync('scenarios/transactions/crash-in-transaction.json', 'utf8');

interface File {
  seed: number;
  horizon: string;
  brokers: { kafka: Record<string, unknown> };
  faults: object[];
}

/** A plain linear congruential generator: the same seed strikes the same way everywhere. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 7919;
  return (sides) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % sides;
  };
}

function struck(seed: number): File {
  const draw = dice(seed);
  const file = JSON.parse(text) as File;
  const nodes = draw(2) === 0 ? 1 : 3;
  const version = draw(2) === 0 ? '4.0' : '4.0.0-SNAPSHOT';
  const replicated = { nodes, config: { 'default.replication.factor': 3, 'min.insync.replicas': 2 } };
  const kafka = { ...file.brokers.kafka, version, ...(nodes === 3 ? replicated : {}) };
  const faults = Array.from({ length: 1 + draw(4) }, () => {
    const when = { at: `${1000 + draw(15_000)}ms`, for: `${200 + draw(14_000)}ms` };
    const planner = `planner-${1 + draw(2)}`;
    const broker = `kafka-${1 + draw(nodes)}`;
    switch (draw(5)) {
      case 0:
        return { crash: planner, ...when };
      case 1:
        return { pause: planner, ...when };
      case 2:
        return { crash: broker, ...when };
      case 3:
        return { partition: [[planner], [broker]], direction: 'both', ...when };
      default:
        return { pause: broker, ...when };
    }
  });
  return { ...file, seed, horizon: '20min', brokers: { kafka }, faults };
}

it('[KAFKA-COORDINATOR-2] [KAFKA-COORDINATOR-9] [KAFKA-CLIENT-64] each output counts once for a reader of committed records', () => {
  for (const seed of seeds) {
    const file = struck(seed);
    const world = buildWorld(parsed(JSON.stringify(file)), { level: 'none' });
    const stopped = world.advance();
    const found = world.report().verdicts.filter(({ verdict }) => verdict !== 'valid');
    // waiting out faults takes time
    const late = found.filter(({ id }) => id !== 'progress');
    const replay = `SPILLWAY_SEED=${seed} npx vitest run --project slow test/properties/transactions.test.ts`;
    expect([stopped, late.map(({ id }) => id)], `${replay}\n${JSON.stringify(file.faults)}`).toEqual([
      'quiescent',
      [],
    ]);
  }
});
