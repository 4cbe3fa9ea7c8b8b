/**
 * Bench (b): a million orders over a log of 12 partitions, three consumers in a group, one replica, through the real
 * Kafka and service models with metrics and all checkers on, trace level none (log.json). Beside it the hand-written
 * loop (log-reference.ts), and the same run without digest, without metrics, without checkers, and at level full.
 */
import { readFileSync } from 'node:fs';
import { buildWorld, type BuildOptions } from '#sim/run/build.ts';
import { parsed } from '../support/scenario-files.ts';
import { runReference } from './log-reference.ts';
import { median, rounds } from './median.ts';

const MESSAGES = 1_000_000;
const scenario = parsed(readFileSync('test/bench/log.json', 'utf8'));

function messagesPerSecond(options: BuildOptions): number {
  const world = buildWorld(scenario, options);
  const begin = performance.now();
  const stopped = world.advance();
  const verdicts = world.verdicts();
  const seconds = (performance.now() - begin) / 1000;
  if (stopped !== 'quiescent') throw new Error(`stopped at ${String(stopped)}`);
  if (verdicts.some(({ verdict }) => verdict !== 'valid'))
    throw new Error('a healthy run was judged invalid');
  return MESSAGES / seconds;
}

interface LogBench {
  readonly perSecond: number;
  readonly referencePerSecond: number;
  readonly ratio: number;
  /** Largest resident set seen after a measured round. */
  readonly residentMiB: number;
  /** Messages a second without one part, and once with the whole trace stored. */
  readonly without: Readonly<Record<'digest' | 'metrics' | 'checkers', number>>;
  readonly levelFull: number;
}

export function benchLog(): LogBench {
  const measured: number[] = [];
  const reference: number[] = [];
  let resident = 0;
  // both are compiled before they are measured
  messagesPerSecond({ level: 'none' });
  runReference(MESSAGES);
  for (let round = 0; round < rounds; round += 1) {
    measured.push(messagesPerSecond({ level: 'none' }));
    resident = Math.max(resident, process.memoryUsage().rss);
    reference.push(MESSAGES / runReference(MESSAGES).seconds);
  }
  const without = (part: 'digest' | 'metrics' | 'checkers'): number =>
    Math.round(messagesPerSecond({ level: 'none', without: [part] }));
  const perSecond = median(measured);
  const referencePerSecond = median(reference);
  return {
    perSecond,
    referencePerSecond,
    ratio: Math.round((1000 * perSecond) / referencePerSecond) / 1000,
    residentMiB: Math.round(resident / 1048576),
    without: { digest: without('digest'), metrics: without('metrics'), checkers: without('checkers') },
    levelFull: Math.round(
      messagesPerSecond({
        level: 'full',
        budget: { events: 50_000_000, messages: 4_000_000, storedRecords: 20_000_000 },
      }),
    ),
  };
}
