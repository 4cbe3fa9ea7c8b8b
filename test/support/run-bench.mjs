// Bundles the benchmarks and runs them, so that they measure what the command line would run.
import { bundle } from '../../bin/bundle.mjs';

await import(await bundle('bench', 'test/bench/main.ts'));
