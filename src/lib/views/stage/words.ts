/** Every word that the stage shows, and how it writes times, spans, rates and amounts. */
import { formatTime } from '#sim/base/time.ts';

export const words = {
  stage: 'Stage',
  table: 'Table',
  fit: 'Fit',
  zoom: 'Zoom',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  percent: (scale: number) => `${Math.round(scale * 100)}%`,
  moving: (name: string) => `Move ${name}`,
  movePad: 'Arrow keys move it',
  movePadLabel: (name: string) => `Move ${name}: arrow keys move it, Enter keeps, Escape takes back`,
  moveX: 'x',
  moveY: 'y',
  moveDone: 'Keep',
  moveCancel: 'Take back',
  layOut: 'Lay out anew',
  connectFrom: (name: string) => `Drag to connect ${name}`,
  showEverything: 'Show everything',
  nothing: 'Nothing here yet.',
  lag: 'lag',
  leader: 'leader',
  nobody: 'nobody',
  leaderless: 'nobody leads',
  highWatermark: 'high watermark',
  stableOffset: 'last stable offset',
  commitMarker: 'c',
  abortMarker: 'a',
  copies: ({
    replicas,
  }: {
    readonly replicas: readonly { readonly node: string; readonly inSync: boolean }[];
  }) =>
    `in sync: ${replicas
      .filter(({ inSync }) => inSync)
      .map(({ node }) => node)
      .join(', ')}`,
  generationOf: (generation: number) => `generation ${generation}`,
  noGeneration: 'not in the group',
  noPartitions: 'no partitions',
  waiting: 'waiting for the next record',
  stepEnded: (step: string, failed: string) => (failed === '' ? `${step} done` : `${step} failed: ${failed}`),
  stepFor: (step: string, waited: string) => `${step} for ${waited}`,
  sentAgo: (object: string, waited: string) => `${object} sent ${waited} ago`,
  linkName: (from: string, to: string) => `${from} to ${to}`,
  record: (key: string, type: string, place: string, deliveries: number) =>
    `${key}, ${type}, ${place}, ${deliveries === 0 ? 'not delivered yet' : `delivered ${deliveries === 1 ? 'once' : `${deliveries} times`}`}`,
  end: (end: number) => `end ${end}`,
  noHandler: 'nothing in hand',
  firstDelivery: 'first delivery',
  deliveries: (n: number) => `${ordinal(n)} delivery`,
  running: 'running',
  slow: (factor: number) => `slow ×${factor}`,
  paused: 'paused',
  crashed: 'crashed',
  back: (span: string) => `back in ${span}`,
  zombie: 'zombie',
  believes: (generation: number, now: number) => `believes generation ${generation}; now ${now}`,
  externalApi: 'external API',
  database: 'database',
  rows: (rows: number) => `${group(rows)} ${rows === 1 ? 'row' : 'rows'}`,
  open: (open: number) => `${group(open)} open ${open === 1 ? 'transaction' : 'transactions'}`,
  entries: (entries: number, effect: string) =>
    `${group(entries)} ${verb(effect)}${entries === 1 ? '' : 's'}`,
  noEntries: 'no entries yet',
  noneTwice: 'no key twice so far',
  twice: (duplicates: number) =>
    duplicates === 1 ? 'one business key, two entries' : `${group(duplicates)} entries too many`,
  columns: { entry: '#', key: 'business key', actor: 'by', attempt: 'try', amount: 'amount' },
  partitions: (n: number) => (n === 1 ? '1 partition' : `${group(n)} partitions`),
  noReader: 'nobody reads it',
  readBy: (groups: string) => `read by ${groups}`,
  hidden: (n: number) => (n < 1_000 ? `+${n}` : n < 100_000 ? `+${Math.floor(n / 1_000)}k` : '+99k'),
  hiddenPartitions: (n: number) => `${group(n)} more partitions: see the table`,
  hiddenLanes: (n: number) => `${group(n)} more at work`,
  individual: (perSecond: number) =>
    `Individual messages${perSecond > 0 ? `, ${rate(perSecond)}` : ''}. Colour is the key, shape the type.`,
  particles: (links: number, perSecond: number) =>
    links === 1
      ? `One link carries ${rate(perSecond)}: particles, not messages. Elsewhere colour is the key, shape the type.`
      : `${links} links carry up to ${rate(perSecond)}: particles, not messages. Elsewhere colour is the key.`,
  onChain: (events: number, of: number, parts: number, ofParts: number) =>
    `Only what lies on the chain: ${group(events)} of ${group(of)} records, ${parts} of ${ofParts} parts`,
  linkRate: (perSecond: number) => `${rate(perSecond)}: particles, not messages`,
  heals: (at: number) => `nothing passes until ${clock(at)}`,
  cut: 'nothing passes',
  delayed: 'delayed',
  crashPoint: (point: string, phase: string) => `crash ${phase} ${point}`,
  step: (point: string, state: string) => `step ${point}${state === '' ? '' : `, ${state}`}`,
  now: 'under way',
  legend: {
    title: 'Marks',
    committed: 'committed',
    position: 'position',
    waiting: 'waiting',
    done: 'below committed',
    inHand: 'in hand, steps done',
    call: 'call',
    reply: 'reply',
    packet: 'protocol packet',
    copies: 'leader, follower',
    open: 'in an open transaction',
    aborted: 'aborted',
  },
  tables: {
    none: 'None at this time.',
    noOffset: 'none',
    nobody: 'nobody',
    never: 'never',
    andMore: (n: number) => `and ${group(n)} more`,
    processes: {
      title: 'Processes',
      head: ['process', 'state', 'generation', 'assigned', 'in hand', 'step', 'handled'],
    },
    partitions: {
      title: 'Partitions',
      head: ['partition', 'leader', 'log start', 'end', 'group', 'committed', 'position', 'lag', 'owner'],
    },
    records: {
      title: 'Newest records',
      head: ['partition', 'offset', 'key', 'type', 'written at', 'deliveries'],
    },
    ledgers: {
      title: 'Ledger',
      head: ['effect', '#', 'business key', 'time for its key', 'by', 'try', 'amount', 'at'],
    },
    tables: { title: 'Tables', head: ['table', 'rows', 'open transactions'] },
    flights: {
      title: 'In flight',
      head: ['from', 'to', 'packet', 'carries', 'sent', 'arrives', 'what became of it'],
    },
  },
} as const;

function verb(effect: string): string {
  return effect.slice(effect.lastIndexOf('.') + 1);
}

function ordinal(n: number): string {
  return ['', 'first', 'second', 'third', 'fourth', 'fifth'][n] ?? `${n}th`;
}

/** `1204` as `1,204`. */
export function group(value: number): string {
  const text = String(Math.round(Math.abs(value)));
  const parts: string[] = [];
  for (let end = text.length; end > 0; end -= 3) parts.unshift(text.slice(Math.max(0, end - 3), end));
  return `${value < 0 ? '−' : ''}${parts.join(',')}`;
}

function rate(perSecond: number): string {
  return `${perSecond < 10 ? String(Math.round(perSecond * 10) / 10) : group(perSecond)}/s`;
}

/** Minor units as the file counts them: `4250` as `42.50`. */
export function money(minor: number): string {
  const cents = String(Math.abs(minor) % 100).padStart(2, '0');
  return `${minor < 0 ? '−' : ''}${group(Math.floor(Math.abs(minor) / 100))}.${cents}`;
}

/** A span in the unit that it is read in: `640 µs`, `60 ms`, `1.2 s`, `12 s`, `3 min`. */
export function span(micros: number): string {
  const value = Math.max(0, micros);
  if (value < 1_000) return `${Math.round(value)} µs`;
  if (value < 1_000_000) return `${Math.round(value / 1_000)} ms`;
  if (value < 10_000_000) return `${(Math.round(value / 100_000) / 10).toFixed(1)} s`;
  if (value < 120_000_000) return `${Math.round(value / 1_000_000)} s`;
  return `${Math.round(value / 60_000_000)} min`;
}

export function clock(at: number): string {
  return formatTime(Math.floor(at / 1_000) * 1_000);
}

/** `orders/0, 1, 2` */
export function partitionList(
  assigned: readonly { readonly topic: string; readonly partition: number }[],
): string {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of assigned) byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition]);
  return [...byTopic].map(([topic, list]) => `${topic}/${runs(list.sort((a, b) => a - b))}`).join(' · ');
}

/** `0, 1, 2, 3` as `0–3`. */
function runs(list: readonly number[]): string {
  const first = list[0] ?? 0;
  const last = list[list.length - 1] ?? 0;
  const whole = list.length > 3 && last - first === list.length - 1;
  return whole ? `${first}–${last}` : list.join(', ');
}
