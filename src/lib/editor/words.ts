/** Every word that the editor writes. */

export const historyWords = {
  opened: 'open',
  typed: 'edit the JSON',
  reverted: 'go back to the last good document',
  undone: (what: string) => `undo: ${what}`,
  redone: (what: string) => `redo: ${what}`,
  unreadable: 'The text is not JSON at the moment. Repair it there, or go back to the last good document.',
} as const;

export const panelWords = {
  editor: 'Editor',
  parts: 'Parts',
  add: 'Add',
  form: 'Form',
  json: 'JSON',
  jsonLabel: 'The document as JSON',
  loading: 'Loading the text editor',
  loadFailed: 'The text editor could not be loaded. The plain field below does the same without marks.',
  undo: 'Undo',
  redo: 'Redo',
  revert: 'Back to the last good document',
  nothingHere: 'Nothing here yet.',
  same: 'No problems. The run shows this document.',
  problems: (count: number) =>
    count === 1
      ? '1 problem. The run shows the last good document.'
      : `${count} problems. The run shows the last good document.`,
  remove: (what: string) => `Remove ${what}`,
  moveUp: (what: string) => `Move ${what} up`,
  moveDown: (what: string) => `Move ${what} down`,
  set: (what: string) => `Set ${what}`,
  addTo: (what: string) => `Add ${what}`,
  rename: 'name',
  unset: 'not set',
  example: (value: unknown) => (value === undefined ? 'not set' : `e.g. ${String(value)}`),
  default: (value: string) => `default ${value}`,
  kind: 'kind',
  notModelled: 'known, not modelled: no effect here',
  more: 'Add a setting',
  findSetting: 'name of a setting',
  connect: 'Connect',
  publishes: 'publishes',
  consumes: 'consumes',
  service: 'service',
  topic: 'topic',
  event: 'event type',
  to: 'to',
  problemList: 'Problems',
  noPart: 'Choose a part at the left, or add one.',
  listNeeds: 'This is edited in the JSON.',
} as const;

/** The groups of the parts list. */
export const groupWords = {
  scenario: 'Scenario',
  services: 'Services',
  brokers: 'Brokers',
  stores: 'Stores',
  faults: 'Faults',
  checks: 'Checks',
  events: 'Event types',
  data: 'Data',
  others: 'Further',
} as const;

export const paletteWords = {
  producer: 'Producer',
  consumer: 'Consumer',
  topic: 'Topic',
  'external-api': 'External API',
  database: 'Database',
  fault: 'Fault',
  check: 'Check',
} as const;
