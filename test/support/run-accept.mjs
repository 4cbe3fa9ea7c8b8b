// Accepts the present digests and verdicts as golden; see test/golden/accept.ts.
import { bundle } from '../../bin/bundle.mjs';

await import(await bundle('accept', 'test/golden/accept.ts'));
