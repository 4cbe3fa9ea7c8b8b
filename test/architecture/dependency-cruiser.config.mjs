// The import table turned into dependency-cruiser rules. Every rule is written as "this room may reach nothing
// but …", so a new room or a new package is refused until the table names it.
import { importTable, roomPattern } from './import-table.mjs';

const npmKinds = ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-bundled', 'npm-unknown'];

const machineFile = '\\.machine\\.ts$';

/** @param {string[]} patterns */
const anyOf = (patterns) => (patterns.length > 0 ? patterns.join('|') : '^$');

/** @param {string[]} names */
const packages = (names) => anyOf(names.map((name) => `(^|/)node_modules/${name}(/|$)`));

/** @param {import('./import-table.mjs').Row} row */
function rulesFor(row) {
  const own = row.path ?? roomPattern(row.room);
  const from = { path: own, ...(row.pathNot ? { pathNot: row.pathNot } : {}) };
  const typesOnly = (row.typesOnly ?? []).map(roomPattern);
  const notHere = [row.pathNot, row.machines ? machineFile : undefined].filter((path) => path !== undefined);
  const reachable = [own, ...row.may.map(roomPattern)];
  return [
    {
      name: `${row.room}: only the rooms in its row`,
      severity: 'error',
      from,
      to: { path: '^(src|scenarios|test|bin)/', pathNot: anyOf([...reachable, ...typesOnly]) },
    },
    ...(typesOnly.length > 0
      ? [
          {
            name: `${row.room}: types only`,
            severity: 'error',
            from,
            to: { path: anyOf(typesOnly), pathNot: anyOf(reachable), dependencyTypesNot: ['type-only'] },
          },
        ]
      : []),
    {
      name: `${row.room}: only the packages in its row`,
      severity: 'error',
      from: { path: own, pathNot: anyOf(notHere) },
      to: { dependencyTypes: npmKinds, pathNot: packages(row.npm ?? []) },
    },
    ...(row.node
      ? []
      : [
          {
            name: `${row.room}: nothing of Node's`,
            severity: 'error',
            from,
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ];
}

export default {
  forbidden: [
    ...importTable.flatMap(rulesFor),
    {
      name: 'broker families never import each other',
      severity: 'error',
      from: { path: '^src/sim/brokers/([^/]+)/' },
      to: { path: '^src/sim/brokers/', pathNot: '^src/sim/brokers/$1/' },
    },
    {
      name: 'a machine is written in XState and nothing else',
      severity: 'error',
      from: { path: `^src/sim/.*${machineFile}` },
      to: { dependencyTypes: npmKinds, pathNot: packages(['xstate']) },
    },
    {
      name: 'no cycles between files',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every import resolves',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^(\\$app/|\\$env/|\\$service-worker$|\\./\\$types|.*\\?)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'svelte', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.d.ts'],
    },
  },
};
