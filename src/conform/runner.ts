/**
 * Replays recordings against the models: says each step's `do` through a family's verbs and compares the answer with
 * `expect`. Knows the case formats and nothing else: no case ids, no expectation of its own. A family, a verb or a
 * closed form that is not modelled is counted as such and never as passed. Files are read by whoever calls.
 */
import {
  readCaseFile,
  type CaseProblem,
  type RecordedCase,
  type RecordedStep,
  type ReferenceValue,
} from '#conform/case-file.ts';
import { judgeKafka } from '#conform/kafka-judge.ts';
import type { Difference } from '#conform/match.ts';
import type { JsonObject } from '#conform/recorded-json.ts';
import { judgeRabbit } from '#conform/rabbitmq-judge.ts';
import { judgeValue, type ClosedForm } from '#conform/reference-values.ts';
import { closedForm } from '#queueing/models.ts';
import { createKafkaCase } from '#sim/brokers/kafka/verbs.ts';
import { createRabbitCase } from '#sim/brokers/rabbitmq/verbs.ts';

/** The far side of a conversation. */
export interface Conversation {
  do(step: Record<string, unknown>): Record<string, unknown> | 'not-modelled';
}

export interface Family {
  begin(topic: string, given: JsonObject): Conversation;
  judge(one: RecordedCase, step: RecordedStep, answer: JsonObject): Difference[];
}

const families: ReadonlyMap<string, Family> = new Map([
  ['kafka', { begin: createKafkaCase, judge: judgeKafka }],
  ['rabbitmq', { begin: createRabbitCase, judge: judgeRabbit }],
]);

export interface Models {
  readonly families: ReadonlyMap<string, Family>;
  readonly closedForm: ClosedForm;
}

/** What this version of the models can be asked. */
const models: Models = { families, closedForm };

export interface CaseOutcome {
  readonly file: string;
  readonly topic: string;
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'not-modelled';
  /** Of a failed case: the step from 1 (0 where a case has no steps), what was said, and what differed. */
  readonly step?: number;
  readonly verb?: string;
  readonly differences?: readonly Difference[];
}

export interface FileText {
  readonly name: string;
  readonly text: string;
}

export interface FileProblem extends CaseProblem {
  readonly file: string;
}

/** What files hold, ready to be replayed. */
export interface Recordings {
  readonly cases: readonly { readonly file: string; readonly one: RecordedCase }[];
  readonly values: readonly { readonly file: string; readonly value: ReferenceValue }[];
  /** JSON files that hold no recordings. */
  readonly others: readonly string[];
  /** What is wrong with files that should hold some. */
  readonly problems: readonly FileProblem[];
}

export function readRecordings(files: readonly FileText[]): Recordings {
  const read = files.map(({ name, text }) => ({ file: name, held: readCaseFile(text) }));
  return {
    cases: read.flatMap(({ file, held }) =>
      held.kind === 'cases' ? held.cases.map((one) => ({ file, one })) : [],
    ),
    values: read.flatMap(({ file, held }) =>
      held.kind === 'values' ? held.values.map((value) => ({ file, value })) : [],
    ),
    others: read.filter(({ held }) => held.kind === 'other').map(({ file }) => file),
    problems: read.flatMap(({ file, held }) =>
      held.kind === 'bad' ? held.problems.map((problem) => ({ file, ...problem })) : [],
    ),
  };
}

/** The outcome of every case, in the files' order. */
export function replay({ cases, values }: Recordings, asked: Models = models): CaseOutcome[] {
  const spoken = cases.map(({ file, one }) => ({ file, topic: one.topic, ...replayCase(one, asked) }));
  const computed = values.map(({ file, value }) => ({ file, topic: value.model, ...compute(value, asked) }));
  return [...spoken, ...computed];
}

type Told = Omit<CaseOutcome, 'file' | 'topic'>;

function compute(value: ReferenceValue, asked: Models): Told {
  const answer = (): JsonObject | 'not-modelled' => asked.closedForm(value.model, value.params);
  const judged = judgeAnswer(answer, (got) => judgeValue(value, got));
  return { id: value.id, ...judged, step: 0, verb: value.model };
}

type Judged = Pick<CaseOutcome, 'outcome' | 'differences'>;

function replayCase(one: RecordedCase, asked: Models): Told {
  const family = asked.families.get(one.family);
  if (family === undefined) return { id: one.id, outcome: 'not-modelled' };
  let conversation: Conversation | null = null;
  let row = 0;
  for (const step of one.steps) {
    row += 1;
    const say = (): JsonObject | 'not-modelled' => {
      conversation ??= family.begin(one.topic, one.given);
      return conversation.do({ ...step.do });
    };
    const judged = judgeAnswer(say, (answer) => family.judge(one, step, answer));
    if (judged.outcome !== 'passed') {
      return { id: one.id, ...judged, step: row, verb: String(step.do['verb'] ?? step.do['op'] ?? '') };
    }
  }
  return { id: one.id, outcome: 'passed' };
}

/** A model that throws has failed the case: the others are still replayed. */
function judgeAnswer(
  ask: () => JsonObject | 'not-modelled',
  judge: (answer: JsonObject) => Difference[],
): Judged {
  try {
    const answer = ask();
    if (answer === 'not-modelled') return { outcome: 'not-modelled' };
    const differences = judge(answer);
    return differences.length === 0 ? { outcome: 'passed' } : { outcome: 'failed', differences };
  } catch (error) {
    const got = `threw ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: 'failed', differences: [{ path: '', expected: 'an answer', got }] };
  }
}
