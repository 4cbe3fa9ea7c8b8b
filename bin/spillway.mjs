#!/usr/bin/env node
// The command line: bundles src/cli/main.ts and runs it with the arguments as given.
import { bundle } from './bundle.mjs';

process.setSourceMapsEnabled(true);
await import(await bundle('spillway', 'src/cli/main.ts'));
