/**
 * A trace record as one sentence, by kind: who did what to what, with codes and offsets as the protocol says them. The
 * one table of these words, for trace, messages, chains and whoever reads the run aloud.
 */
import type { KindName } from '#sim/trace/vocabulary.ts';
import type { ToldRecord, ToldValue } from '#lib/scene/told-record.ts';
import { amount, clock, ordinal } from '#lib/views/number-words.ts';

type Sentence = (record: ToldRecord, field: (name: string) => string) => string;

/** `orders/2 @ 38` */
function place(record: ToldRecord): string {
  const { topic, partition, offset } = record.fields;
  return offset === undefined ? partitionName(record) : `${text(topic)}/${text(partition)} @ ${text(offset)}`;
}

function partitionName({ fields: { topic, partition } }: ToldRecord): string {
  return `${text(topic)}/${text(partition)}`;
}

function text(value: ToldValue | undefined): string {
  return value === undefined ? '' : String(value);
}

/** The step's own name: `payment/charge` → `charge`. */
function stepName(point: string): string {
  const parts = point.split('/');
  return parts.length > 1 ? parts.slice(1).join('/') : point;
}

function withAmount({ fields }: ToldRecord): string {
  return typeof fields.amount === 'number' && fields.amount !== 0 ? `, ${amount(fields.amount)}` : '';
}

const processWords: Readonly<Record<string, string>> = {
  running: 'runs',
  paused: 'stands still',
  slow: 'runs slowly',
  crashed: 'crashes',
};

const memberWords: Readonly<Record<string, string>> = {
  joined: 'joins',
  rejoined: 'joins again',
  left: 'leaves',
  expired: 'has been silent for longer than its session; it is taken out of',
  evicted: 'did not join again in time; it is taken out of',
  fenced: 'is replaced by another process with its name in',
};

const transactionWords: Readonly<Record<string, string>> = {
  begin: 'begins',
  commit: 'commits',
  abort: 'aborts',
};

const brokerTransactionWords: Readonly<Record<string, string>> = {
  initialized: 'gives out',
  begun: 'begins a transaction of',
  'commit prepared': 'decides to commit the transaction of',
  'abort prepared': 'decides to abort the transaction of',
  committed: 'has committed the transaction of',
  aborted: 'has aborted the transaction of',
  fenced: 'fences an older process of',
};
const endWords: Readonly<Record<string, string>> = {
  ok: 'is done with',
  failed: 'fails on',
  skipped: 'passes over',
};

function processSentence(record: ToldRecord, field: (name: string) => string): string {
  const { state, factor, back, reason } = record.fields;
  const word = processWords[text(state)] ?? text(state);
  const by = state === 'slow' ? ` ×${text(factor)}` : '';
  const until = typeof back === 'number' && back > 0 ? `, back at ${clock(back)}` : '';
  const why = reason === 'fault' || reason === undefined ? '' : ` (${field('reason')})`;
  return `${record.entity} ${word}${by}${until}${why}`;
}

function stepSentence(record: ToldRecord, field: (name: string) => string): string {
  const step = stepName(field('step'));
  const about = record.subject === '' ? '' : ` for ${record.subject}`;
  if (field('phase') === 'before') return `${record.entity} begins ${step}${about}`;
  if (record.fields.failed !== true) return `${record.entity} has done ${step}${about}`;
  const code = field('code');
  return `${record.entity}: ${step}${about} failed${code === '' ? '' : `, ${code}`}`;
}

function sendSentence(record: ToldRecord, field: (name: string) => string): string {
  const verdict = field('verdict');
  const fate = verdict === 'passed' || verdict === '' ? '' : `: ${verdict}`;
  return `${record.entity} sends ${field('packet')} to ${field('to')}${fate}`;
}

function refusedCommit(record: ToldRecord, field: (name: string) => string): string {
  const own = record.fields.generation;
  const current = record.fields.current;
  const known =
    typeof current === 'number' && current >= 0
      ? `; it holds generation ${text(own)}, the group is at ${current}`
      : '';
  return `Commit of ${field('member')} refused: ${field('code')}${known}`;
}

const sentences: Record<KindName, Sentence> = {
  produce: (r, f) => `${r.entity} publishes ${r.subject}, ${r.type}, to ${f('topic')}`,
  confirm: (r) => `${r.entity} learns that ${r.subject} stands at ${place(r)}`,
  refuse: (r, f) =>
    `${r.entity} gives up on ${r.subject}: ${f('code')}; ${r.fields.definite === true ? 'it was not written' : 'it may have been written'}`,
  append: (r) => `${r.entity} writes ${r.subject} at ${place(r)}`,
  // The record's own count starts anew with each life of the process, so a first is not said.
  deliver: (r, f) => {
    const n = Number(r.fields.delivery ?? 1);
    const again = n > 1 ? `, ${ordinal(n)} delivery` : '';
    const of = Number(r.fields.generation ?? -1) < 0 ? '' : `, generation ${f('generation')}`;
    return `${r.entity} is handed ${r.subject}, ${place(r)}${again}${of}`;
  },
  step: stepSentence,
  effect: (r, f) =>
    `${r.entity}: ${f('effect')} takes place for ${f('key') === '' ? r.subject : f('key')}${withAmount(r)}, asked by ${f('actor')}`,
  handled: (r, f) => `${r.entity} ${endWords[f('outcome')] ?? f('outcome')} ${r.subject}`,
  skipped: (r, f) => `${r.entity} passes over ${r.subject}: ${f('reason')}`,
  commit: (r, f) =>
    `${r.entity} keeps ${f('member')}'s commit of ${partitionName(r)}: next is ${f('offset')}`,
  commitRefused: refusedCommit,
  position: (r, f) => `${r.entity} reads ${partitionName(r)} from ${f('offset')} on (${f('reason')})`,
  assign: (r, f) => `${partitionName(r)} is given to ${f('member')}, generation ${f('generation')}`,
  revoke: (r, f) => `${partitionName(r)} is taken from ${f('member')} (${f('reason')})`,
  database: (r, f) => `${r.entity}: ${f('operation')} of ${f('key')} in ${f('table')} by ${f('actor')}`,
  transaction: (r, f) =>
    `${r.entity} ${transactionWords[f('state')] ?? f('state')} transaction ${f('transaction')} of ${f('actor')}${f('code') === '' ? '' : `: ${f('code')}`}`,
  brokerTransaction: (r, f) =>
    `${r.entity} ${brokerTransactionWords[f('state')] ?? f('state')} ${f('id')}, epoch ${f('epoch')}${f('code') === '' || f('code') === 'NONE' ? '' : `: ${f('code')}`}`,
  marker: (r) =>
    `${r.entity} writes a ${r.fields.committed === true ? 'commit' : 'abort'} marker at ${place(r)}`,
  stable: (r, f) =>
    `${r.entity}: the last stable offset of ${partitionName(r)} is ${f('offset')}, high watermark ${f('highWatermark')}`,
  send: sendSentence,
  process: processSentence,
  fault: (r, f) =>
    `F${f('fault')}, ${f('kind')} of ${f('target')}, ${r.fields.active === true ? 'begins' : 'ends'}`,
  machine: (r, f) =>
    f('from') === ''
      ? `${r.entity}, ${f('machine')}: begins as ${f('to')}`
      : `${r.entity}, ${f('machine')}: ${f('from')} to ${f('to')} on ${f('event')}`,
  member: (r, f) => `${f('member')} ${memberWords[f('change')] ?? f('change')} group ${f('group')}`,
  call: (r, f) => {
    const code = f('code');
    if (code === '' || code === 'NONE')
      return `${f('actor')} has the answer to ${f('effect')} for ${r.subject}`;
    const done = r.fields.definite === true ? 'certainly not done' : 'may have been done';
    return `${f('actor')}: ${f('effect')} for ${r.subject} fails with ${code}; ${done}`;
  },
  retry: (r, f) => `${r.entity} sends ${r.subject} again after ${f('code')}, attempt ${f('attempt')}`,
  duplicate: (r) => `${r.entity} recognises ${r.subject} as written already, ${place(r)}`,
  acquire: (r, f) =>
    `${r.entity} gives ${r.subject}, ${place(r)}, to ${f('member')}, ${ordinal(Number(r.fields.delivery ?? 1))} delivery, until ${clock(Number(r.fields.until ?? 0))}`,
  settled: (r, f) => `${r.entity}: ${r.subject}, ${place(r)}, of ${f('member')} is ${f('outcome')}`,
  source: (r, f) =>
    r.fields.running === true
      ? `${r.entity} starts to produce`
      : `${r.entity} stops producing after ${f('made')}`,
  elect: (r, f) =>
    f('leader') === ''
      ? `${r.entity} finds nobody to lead ${partitionName(r)}, epoch ${f('epoch')}`
      : `${r.entity} elects ${f('leader')} leader of ${partitionName(r)}, epoch ${f('epoch')}${r.fields.unclean === true ? ': unclean, it was not in sync' : ''}`,
  lead: (r, f) =>
    `${r.entity} leads ${partitionName(r)} from ${f('offset')} on, epoch ${f('epoch')}, high watermark ${f('highWatermark')}`,
  isr: (r, f) =>
    `${f('replica')} is ${r.fields.joined === true ? 'in sync again' : 'no longer in sync'} with the leader of ${partitionName(r)}: ${f('size')} in sync`,
  highWatermark: (r, f) =>
    `${r.entity}: the high watermark of ${partitionName(r)} rises from ${f('from')} to ${f('offset')}`,
  truncate: (r, f) =>
    `${r.entity} cuts its copy of ${partitionName(r)} from ${f('from')} down to ${f('offset')}, where it departs from the leader's`,
  replicate: (r, f) =>
    `${r.entity} has ${partitionName(r)} up to ${f('offset')} from ${f('leader')}, high watermark ${f('highWatermark')}`,
  logStart: (r, f) =>
    `${r.entity}: ${partitionName(r)} begins at ${f('offset')} now, no longer at ${f('from')} (${f('reason')})`,
  partitions: (r, f) =>
    f('code') === ''
      ? `${f('topic')} has ${f('partitions')} partitions now, no longer ${f('from')}`
      : `${r.entity} refuses to give ${f('topic')} ${f('partitions')} partitions, it has ${f('from')}: ${f('code')}`,
  compacted: (r, f) => `${r.entity} compacts ${r.subject} away, ${place(r)}: ${f('reason')}`,
};

/** One sentence without its full stop. */
export function recordSentence(record: ToldRecord): string {
  return sentences[record.kind](record, (name) => text(record.fields[name]));
}

/** What a record is about, for a table: `orders/2 @ 38`, '' where it stands at no place. */
export function recordPlace(record: ToldRecord): string {
  return record.fields.partition === undefined ? '' : place(record);
}
