/** The sentences of a chain's steps: the fact, and in a smaller line where it stands or why it matters. */
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { tellRecord, type ToldRecord } from '#lib/scene/told-record.ts';
import { effectDone } from '#lib/views/effect-words.ts';
import { tablesOf } from '#lib/views/check-words.ts';
import { amount, clock, ordinal } from '#lib/views/number-words.ts';
import { recordPlace, recordSentence } from '#lib/views/record-words.ts';
import type { ChainStep, StepClass } from '#lib/views/verdicts/chain-steps.ts';

export interface OpenStep {
  readonly class: StepClass;
  readonly lead: ToldRecord;
  readonly records: readonly ToldRecord[];
  readonly trace: ReceivedTrace;
  readonly topology: Topology;
  readonly before: readonly ChainStep[];
}

interface Told {
  readonly fact: string;
  readonly why: string;
}

export function tellStep(step: OpenStep): Told {
  switch (step.class) {
    case 'publish':
      return publishWords(step);
    case 'deliver':
      return deliverWords(step);
    case 'effect':
      return effectWords(step);
    case 'commit':
      return commitWords(step);
    case 'crash':
      return crashWords(step);
    case 'rebalance':
      return rebalanceWords(step);
    default:
      return { fact: recordSentence(step.lead), why: recordPlace(step.lead) };
  }
}

function publishWords({ lead, records }: OpenStep): Told {
  if (lead.kind !== 'produce') return { fact: recordSentence(lead), why: '' };
  const written = records.find(({ kind }) => kind === 'append');
  const confirmed = records.some(({ kind }) => kind === 'confirm') ? ', confirmed' : '';
  return {
    fact: `${lead.entity} publishes ${lead.subject}`,
    why:
      written === undefined ? `${lead.type}, to ${lead.fields.topic}` : `${recordPlace(written)}${confirmed}`,
  };
}

/** Which time the group was given this event, counted in the whole trace and not in the chain alone. */
function deliveryNumber(trace: ReceivedTrace, lead: ToldRecord): number {
  let n = 0;
  for (const seq of trace.index.eventRecords(lead.lid)) {
    if (seq > lead.seq) break;
    const other = tellRecord(trace, seq);
    if (other?.kind === 'deliver' && other.fields.group === lead.fields.group) n += 1;
  }
  return n;
}

function deliverWords({ lead, trace }: OpenStep): Told {
  const n = deliveryNumber(trace, lead);
  return {
    fact: `${lead.entity} is handed ${lead.subject}${n > 1 ? ' again' : ''}`,
    why: `${recordPlace(lead)}, ${ordinal(n)} delivery, generation ${lead.fields.generation}`,
  };
}

function effectWords({ lead, records, topology, before }: OpenStep): Told {
  const effect = String(lead.fields.effect ?? lead.fields.table ?? '');
  if (lead.kind === 'call') {
    const { actor, code, definite } = lead.fields;
    const failed = code !== undefined && code !== 'NONE';
    return {
      fact: `${actor} calls ${effect} for ${lead.subject}${failed ? `: ${code}` : ''}`,
      why: failed ? (definite === true ? 'certainly not done' : 'may have been done') : 'answered',
    };
  }
  if (lead.kind !== 'effect' && lead.kind !== 'database') return { fact: recordSentence(lead), why: '' };
  const key = String(lead.fields.key ?? lead.subject);
  const sum = Number(lead.fields.amount ?? 0);
  const again = before.some((step) =>
    step.records.some(({ kind, fields }) => kind === lead.kind && fields.key === lead.fields.key),
  );
  const store = topology.stores.find(({ name }) => name === lead.entity);
  const operation =
    store?.kind === 'external-api' ? store.operations.find((one) => one.effect === effect) : undefined;
  const committed = records.some(({ kind, fields }) => kind === 'transaction' && fields.state === 'commit');
  const notes = [
    `${lead.entity}, asked by ${lead.fields.actor}`,
    ...(again ? ['the same business key'] : []),
    ...(operation === undefined || operation.honoursKeys ? [] : ['idempotency keys ignored']),
    ...(committed ? ['transaction committed'] : []),
  ];
  return {
    fact: `${key} is ${effectDone(effect, tablesOf(topology))}${sum === 0 ? '' : `, ${amount(sum)}`}${again ? ', again' : ''}`,
    why: notes.join(', '),
  };
}

function commitWords({ lead }: OpenStep): Told {
  if (lead.kind !== 'commit') return { fact: recordSentence(lead), why: '' };
  const { member, topic, partition, offset, generation } = lead.fields;
  return {
    fact: `${member} commits offset ${offset} of ${topic}/${partition}`,
    why: `generation ${generation}; whoever reads ${topic}/${partition} next starts at ${offset}`,
  };
}

function crashWords({ lead, records, topology }: OpenStep): Told {
  const fault = records.find(({ kind }) => kind === 'fault');
  const number = Number(fault?.fields.fault ?? 0);
  const planned = topology.faults.find((one) => one.number === number);
  if (lead.kind !== 'process') return { fact: recordSentence(lead), why: planned?.trigger ?? '' };
  const { state, back, reason } = lead.fields;
  const facts: Readonly<Record<string, string>> = {
    crashed: 'crashes',
    paused: 'stands still',
    slow: `runs ×${lead.fields.factor} slower`,
    running: 'runs again',
  };
  const cause =
    planned === undefined
      ? String(reason ?? '')
      : `F${number}${planned.trigger === '' ? '' : `, ${planned.trigger}`}`;
  const until = typeof back === 'number' && back > 0 ? `back at ${clock(back)}` : '';
  return {
    fact: `${lead.entity} ${facts[String(state)] ?? String(state)}`,
    why: [cause, until].filter((part) => part !== '').join('; '),
  };
}

function rebalanceWords({ lead, records }: OpenStep): Told {
  const find = (kind: string): ToldRecord | undefined => records.find((record) => record.kind === kind);
  const gone = records.find(({ kind, fields }) => kind === 'member' && fields.change === 'expired');
  const start = find('position')?.fields;
  const why = [
    ...(gone === undefined ? [] : [`${gone.fields.member} was silent longer than its session`]),
    ...(start === undefined
      ? []
      : [
          start.reason === 'committed'
            ? `committed is ${start.offset}`
            : `from ${start.offset} on, ${start.reason}`,
        ]),
  ];
  if (lead.kind === 'assign') {
    const { topic, partition, member, generation } = lead.fields;
    return {
      fact: `the coordinator gives ${topic}/${partition} to ${member}`,
      why: [`generation ${generation}`, ...why].join('; '),
    };
  }
  return { fact: recordSentence(lead), why: lead.kind === 'position' ? '' : why.join('; ') };
}
