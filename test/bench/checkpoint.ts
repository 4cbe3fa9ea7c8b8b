/** Bench (c): checkpoint and restore of a world with 100,000 messages, in milliseconds, medians of five. */
import { readFileSync } from 'node:fs';
import { buildWorld } from '#sim/run/build.ts';
import { parsed } from '../support/scenario-files.ts';
import { rounds } from './median.ts';

const MESSAGES = 100_000;

export function benchCheckpoint(): { messages: number; checkpointMs: number; restoreMs: number } {
  const world = buildWorld(parsed(readFileSync('test/bench/log.json', 'utf8')), { level: 'none' });
  while (world.parts.catalog.messages.lid.length < MESSAGES) world.advance({ events: 10_000 });
  const checkpoints: number[] = [];
  const restores: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    const checkpoint = world.checkpoint();
    const taken = performance.now();
    world.restore(checkpoint);
    restores.push(performance.now() - taken);
    checkpoints.push(taken - begin);
    world.advance({ events: 2_000 });
  }
  const middle = (values: number[]): number =>
    Math.round(100 * (values.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0)) / 100;
  return { messages: MESSAGES, checkpointMs: middle(checkpoints), restoreMs: middle(restores) };
}
