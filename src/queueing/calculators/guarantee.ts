/**
 * Calculator C16: what a chain of producer, broker and consumer settings adds up to, found by trying each fault at every
 * step of one message's way and counting how often its effect happens. The sources name three words [4:720-742]; which
 * one holds depends on the fault.
 *
 * One fault strikes, once. Left out: two faults at a time, disks that lie, and consumers that race.
 */
export interface Chain {
  /** After how much of the work the broker answers: not at all, on the leader, on all in-sync replicas. */
  readonly acks: '0' | '1' | 'all';
  readonly retries: boolean;
  /** The broker knows a resent batch by producer id and sequence; a restarted producer has another id. */
  readonly idempotentProducer: boolean;
  /** The intent to publish is in the database, and is published again after a crash until it is marked. */
  readonly outbox: boolean;
  readonly storage: 'memory' | 'disk' | 'replicated';
  readonly acknowledge: 'before the effect' | 'after the effect';
  /** A second execution changes nothing. */
  readonly idempotentEffect: boolean;
}

export const FAULTS = [
  'none',
  'request lost',
  'answer lost',
  'broker crash',
  'producer crash',
  'consumer crash',
] as const;
export type ChainFault = (typeof FAULTS)[number];

/** `neither`: under this fault it may be lost and it may happen twice. */
export type GuaranteeClass = 'effectively once' | 'at most once' | 'at least once' | 'neither';

export interface FaultOutcome {
  readonly fault: ChainFault;
  /** How often the effect can happen, over all steps that the fault may strike at. */
  readonly effects: readonly number[];
  readonly guarantee: GuaranteeClass;
}

type Step =
  'before sending' | 'before the append' | 'after the append' | 'after replication' | 'after the answer';

/** The steps of the way that a fault can strike between: with acks=1 the answer does not wait for replication. */
function stepsOf({ acks }: Chain): readonly Step[] {
  const first = ['before sending', 'before the append', 'after the append'] as const;
  return acks === '1'
    ? [...first, 'after the answer', 'after replication']
    : [...first, 'after replication', 'after the answer'];
}

/** Copies of the message in the log after one fault at one step. */
function copies(chain: Chain, fault: ChainFault, step: Step): number {
  if (fault === 'request lost') return resent(chain, 0);
  if (fault === 'answer lost') return resent(chain, 1);
  if (fault === 'producer crash') return afterProducerCrash(chain, step);
  return fault === 'broker crash' ? afterBrokerCrash(chain, step) : 1;
}

/** What a producer does that hears nothing: with `there` copies in the log already. */
function resent({ acks, retries, idempotentProducer }: Chain, there: number): number {
  if (acks === '0' || !retries) return there;
  return there === 1 && idempotentProducer ? 1 : there + 1;
}

function afterProducerCrash({ outbox, acks }: Chain, step: Step): number {
  // What has not been appended goes down with the producer's buffers.
  const there = step === 'before sending' || step === 'before the append' ? 0 : 1;
  // The row is marked when the answer is there; without answers, when the request has left.
  const marked = acks === '0' ? step !== 'before sending' : step === 'after the answer';
  return outbox && !marked ? there + 1 : there;
}

function afterBrokerCrash(chain: Chain, step: Step): number {
  const { storage, acks } = chain;
  if (step === 'before sending') return 1;
  if (step === 'before the append') return resent(chain, 0);
  const copied = step === 'after replication' || (step === 'after the answer' && acks !== '1');
  const kept = storage === 'disk' || (storage === 'replicated' && copied) ? 1 : 0;
  const answered = step === 'after the answer' || (acks === '1' && step === 'after replication');
  return answered || acks === '0' ? kept : resent(chain, kept);
}

/** Effects of one message in the log that a consumer may crash over. */
function executions({ acknowledge }: Chain, crash: 'before' | 'between' | 'after'): number {
  if (crash !== 'between') return 1;
  return acknowledge === 'before the effect' ? 0 : 2;
}

function outcomesOf(chain: Chain, fault: ChainFault): ReadonlySet<number> {
  const seen = new Set<number>();
  const count = (n: number): void => void seen.add(chain.idempotentEffect ? Math.min(1, n) : n);
  if (fault === 'consumer crash') {
    for (const crash of ['before', 'between', 'after'] as const) count(executions(chain, crash));
    return seen;
  }
  for (const step of stepsOf(chain)) count(copies(chain, fault, step));
  return seen;
}

function classOf(effects: readonly number[]): GuaranteeClass {
  const least = Math.min(...effects);
  const most = Math.max(...effects);
  if (least >= 1) return most <= 1 ? 'effectively once' : 'at least once';
  return most <= 1 ? 'at most once' : 'neither';
}

/** For each fault by itself, and for all of them: the weakest that can happen. */
export function composeGuarantee(chain: Chain): {
  readonly byFault: readonly FaultOutcome[];
  readonly overall: GuaranteeClass;
} {
  const byFault = FAULTS.map((fault) => {
    const effects = [...outcomesOf(chain, fault)].sort((a, b) => a - b);
    return { fault, effects, guarantee: classOf(effects) };
  });
  return { byFault, overall: classOf(byFault.flatMap(({ effects }) => effects)) };
}
