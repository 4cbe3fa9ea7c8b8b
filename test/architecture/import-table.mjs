// Who may import whom: the import table as data, one row a room, everything not listed is forbidden.
// A room is named by its folder under src; `^` patterns are regular expressions on paths in the repository.
// `npm` lists packages, `node` allows Node's own modules, `typesOnly` allows `import type` and nothing else.
// `machines` marks rooms that own machines: a `*.machine.ts` stands beside its owner and is written in XState's words.

/** @typedef {{ room: string, path?: string, pathNot?: string, may: string[], typesOnly?: string[], npm?: string[], node?: boolean, machines?: boolean }} Row */

const trunk = ['sim/base', 'sim/kernel', 'sim/messaging', 'sim/trace'];
const brokerGround = [...trunk, 'sim/network', 'sim/hosts', 'sim/machines'];
const drawing = ['svelte', 'd3-[a-z-]+', '@dagrejs/dagre'];

/** A broker's configuration is pure data that schema, model, inspector and documentation share. */
const brokerConfig = '^src/sim/brokers/[^/]+/config';
/** What a service of that family's users would link: the client library's model. */
const brokerClient = '^src/sim/brokers/[^/]+/client/';
/** The protocol's verbs, which recorded conversations drive. */
const brokerVerbs = '^src/sim/brokers/[^/]+/verbs';

/** @type {Row[]} */
export const importTable = [
  { room: 'sim/base', may: [] },
  { room: 'sim/kernel', may: ['sim/base'] },
  { room: 'sim/messaging', may: ['sim/base', 'sim/kernel'] },
  { room: 'sim/trace', may: ['sim/base', 'sim/kernel', 'sim/messaging'] },
  { room: 'sim/metrics', may: trunk },
  { room: 'sim/checkers', may: trunk },
  { room: 'sim/network', may: trunk },
  { room: 'sim/hosts', may: trunk, machines: true },
  { room: 'sim/machines', may: ['sim/base', 'sim/kernel', 'sim/trace'], npm: ['xstate'] },
  { room: 'sim/brokers', pathNot: brokerConfig, may: brokerGround, machines: true },
  { room: 'sim/brokers/*/config', path: brokerConfig, may: ['sim/base'] },
  { room: 'sim/stores', may: brokerGround },
  { room: 'sim/services', may: [...brokerGround, 'sim/stores', brokerClient, brokerConfig], machines: true },
  { room: 'sim/faults', may: ['sim/base', 'sim/kernel', 'sim/trace', 'sim/network', 'sim/hosts'] },
  { room: 'sim/scenario', may: ['sim/base', brokerConfig], npm: ['typebox'] },
  { room: 'sim/run', may: ['sim'] },
  { room: 'sim/explore', may: ['sim'] },
  { room: 'queueing', may: [] },
  { room: 'cli', may: ['sim/run', 'sim/explore', 'sim/scenario', 'queueing', 'conform'], node: true },
  {
    room: 'conform',
    may: ['sim/run', 'sim/explore', 'sim/scenario', 'queueing', brokerVerbs, brokerConfig],
  },
  {
    room: 'worker',
    may: ['sim/run', 'sim/explore', 'sim/scenario', 'queueing'],
    typesOnly: ['sim/trace', 'sim/checkers', 'sim/machines'],
    npm: ['comlink'],
  },
  { room: 'lib/ui', may: [], npm: ['svelte'] },
  {
    room: 'lib/views',
    may: ['sim/base', 'sim/trace', 'sim/metrics', brokerConfig, 'lib/scene', 'lib/ui'],
    npm: drawing,
  },
  {
    room: 'lib/scene',
    may: ['sim/base', 'sim/messaging', 'sim/trace', 'sim/metrics'],
    typesOnly: ['worker'],
  },
  {
    room: 'lib/run',
    may: ['worker', 'sim/trace', 'sim/base', 'lib/scene'],
    npm: ['svelte', 'comlink'],
  },
  {
    room: 'lib/editor',
    may: ['sim/scenario', brokerConfig, 'lib/ui'],
    npm: ['svelte', '@codemirror/[a-z-]+', '@lezer/[a-z-]+'],
  },
  { room: 'lib/lessons', may: ['sim/scenario', 'lib/run', 'lib/storage', 'lib/ui'], npm: ['svelte'] },
  {
    room: 'lib/calculators',
    may: ['queueing', 'lib/run', 'lib/views', 'lib/ui'],
    npm: ['svelte'],
  },
  { room: 'lib/storage', may: ['sim/scenario'], npm: ['svelte', 'idb', 'fflate'] },
  { room: 'content', may: [] },
  {
    room: 'routes',
    may: ['lib', 'content', '^src/app\\.css$', '^scenarios/'],
    typesOnly: ['sim'],
    npm: ['svelte', '@sveltejs/kit', 'marked'],
  },
];

/** A room's name, or a pattern, as a regular expression on paths. @param {string} name */
export function roomPattern(name) {
  return name.startsWith('^') ? name : `^src/${name}/`;
}
