/**
 * A causal chain told in steps that a person would number: consecutive records that say one thing (a publish and its
 * append, a call and its effect, the packets of a rebalance) become one step, led by the record that the step is about.
 * Every record of the chain is in exactly one step, in order; nothing is left out, so `Show all` shows the same chain.
 */
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { tellRecord, type ToldRecord } from '#lib/scene/told-record.ts';
import { tellStep } from '#lib/views/verdicts/chain-words.ts';

/** What consecutive records speak of; `packet` takes the side of its neighbour. */
export type StepClass = 'publish' | 'deliver' | 'effect' | 'commit' | 'crash' | 'rebalance' | 'end' | 'other';

export interface ChainStep {
  /** Number on its pin, from 1. */
  readonly number: number;
  readonly class: StepClass;
  /** The record that it is about: where its pin stands and where the playhead goes. */
  readonly seq: number;
  readonly at: number;
  readonly entity: string;
  readonly fact: string;
  /** Why it matters, or where; may be empty. */
  readonly why: string;
  /** All of its records, ascending. */
  readonly records: readonly ToldRecord[];
}

const classes: Readonly<Record<string, StepClass>> = {
  produce: 'publish',
  append: 'publish',
  confirm: 'publish',
  refuse: 'publish',
  retry: 'publish',
  duplicate: 'publish',
  deliver: 'deliver',
  effect: 'effect',
  database: 'effect',
  transaction: 'effect',
  call: 'effect',
  commit: 'commit',
  commitRefused: 'commit',
  fault: 'crash',
  process: 'crash',
  member: 'rebalance',
  machine: 'rebalance',
  assign: 'rebalance',
  revoke: 'rebalance',
  position: 'rebalance',
  handled: 'end',
  skipped: 'end',
  elect: 'crash',
  lead: 'crash',
  truncate: 'crash',
  isr: 'crash',
  partitions: 'crash',
  logStart: 'end',
  compacted: 'end',
};

/** Which record a step is about: the first kind of these that it holds. */
const leads: Readonly<Record<StepClass, readonly string[]>> = {
  publish: ['produce', 'refuse', 'append', 'duplicate', 'confirm', 'retry'],
  deliver: ['deliver'],
  effect: ['effect', 'database', 'call', 'transaction', 'step'],
  commit: ['commit', 'commitRefused', 'step'],
  crash: ['partitions', 'elect', 'lead', 'truncate', 'isr', 'process', 'fault'],
  rebalance: ['assign', 'position', 'member', 'revoke', 'machine'],
  end: ['logStart', 'compacted', 'skipped', 'handled'],
  other: [],
};

/**
 * A request and a step's beginning lead to what comes next; a response and a step's end belong to the step that is open.
 */
function classOf(records: readonly ToldRecord[], i: number, open: StepClass | null): StepClass {
  const record = records[i];
  if (record === undefined) return 'other';
  const own = classes[record.kind];
  if (own !== undefined) return own;
  const forward = record.kind === 'send' ? !isResponse(record) : record.fields.phase === 'before';
  if (!forward && open !== null) return open;
  for (let j = i + 1; j < records.length; j += 1) {
    const next = classes[records[j]?.kind ?? ''];
    if (next !== undefined) return next;
  }
  return open ?? 'other';
}

/** A second delivery, effect, crash or message is a step of its own. */
function begins(step: readonly ToldRecord[], next: ToldRecord, of: StepClass): boolean {
  if (of === 'publish')
    return next.kind === 'produce' || step.some(({ lid }) => lid >= 0 && lid !== next.lid);
  if (of === 'effect')
    return (
      step.some(({ kind }) => kind === 'effect') &&
      ['step', 'send'].includes(next.kind) &&
      next.fields.phase !== 'after' &&
      !isResponse(next)
    );
  if (of === 'rebalance' || of === 'other') return false;
  const lead = leads[of][0];
  return next.kind === lead && step.some(({ kind }) => kind === lead);
}

function isResponse(record: ToldRecord): boolean {
  return String(record.fields.packet ?? '').endsWith('response');
}

function leadOf(step: readonly ToldRecord[], of: StepClass): ToldRecord | undefined {
  for (const kind of leads[of]) {
    const found = step.find((record) => record.kind === kind);
    if (found !== undefined) return found;
  }
  return step[step.length - 1];
}

export function chainSteps(trace: ReceivedTrace, chain: readonly number[], topology: Topology): ChainStep[] {
  const records = chain.map((seq) => tellRecord(trace, seq)).filter((record) => record !== null);
  const steps: ChainStep[] = [];
  let open: ToldRecord[] = [];
  let of: StepClass = 'other';
  const close = (): void => {
    const lead = leadOf(open, of);
    if (lead === undefined) return;
    const told = tellStep({ class: of, lead, records: open, trace, topology, before: steps });
    steps.push({
      number: steps.length + 1,
      class: of,
      seq: lead.seq,
      at: lead.at,
      entity: lead.entity,
      records: open,
      ...told,
    });
    open = [];
  };
  records.forEach((record, i) => {
    const next = classOf(records, i, open.length === 0 ? null : of);
    if (open.length > 0 && (next !== of || begins(open, record, of))) close();
    of = next;
    open.push(record);
  });
  close();
  return steps;
}

/** Index of the last step that has happened before record `seq`; -1 = none. */
export function stepAt(steps: readonly ChainStep[], seq: number): number {
  let found = -1;
  steps.forEach((step, i) => {
    if (step.seq < seq) found = i;
  });
  return found;
}
