/**
 * The benchmarks: `npm run -s bench -- --json`. Medians of five, each measurement beside its reference loop in the same
 * process, so that only ratios are compared between machines. What is measured stands in mm1.ts, log.ts, checkpoint.ts.
 */
import { benchCheckpoint } from './checkpoint.ts';
import { benchLog } from './log.ts';
import * as mm1 from './mm1.ts';
import { median, rounds } from './median.ts';

const CUSTOMERS = 1_000_000;

function benchKernel(): { perSecond: number; referencePerSecond: number; ratio: number } {
  const measured: number[] = [];
  const reference: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    measured.push(CUSTOMERS / mm1.runKernel(CUSTOMERS).seconds);
    reference.push(CUSTOMERS / mm1.runReference(CUSTOMERS).seconds);
  }
  // the first round warms the engine up
  const perSecond = median(measured.slice(1));
  const referencePerSecond = median(reference.slice(1));
  return { perSecond, referencePerSecond, ratio: Math.round((1000 * perSecond) / referencePerSecond) / 1000 };
}

const kernel = benchKernel();
const log = benchLog();
const checkpoint = benchCheckpoint();
const result = { kernel, log, checkpoint };
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else console.log(JSON.stringify(result, null, 2));
