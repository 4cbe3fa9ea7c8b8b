/** The queue model's answers as rows: what the sources print, one shared queue, and a partition for each handler. */
import { timeText, numberText, partText } from '#lib/calculators/quantity-text.ts';
import type { QueueInputs } from '#lib/calculators/queue-inputs.ts';
import { words } from '#lib/calculators/words.ts';
import {
  partitionedQueues,
  sharedQueue,
  sourcesQueue,
  type QueueAnswer,
} from '#queueing/calculators/queue-model.ts';
import { isUnstable, type Unstable } from '#queueing/steady.ts';

export interface Row {
  readonly name: string;
  readonly sources: string;
  readonly shared: string;
  readonly partitioned: string;
}

export interface QueueAnswers {
  readonly rho: number;
  readonly shared: QueueAnswer | Unstable;
  readonly partitioned: QueueAnswer | Unstable;
  /** A sentence in place of the sources' numbers, where their formula has none. */
  readonly sourcesFail: string | null;
  readonly rows: readonly Row[];
}

type Pick = (answer: QueueAnswer) => string;

const PICKS: readonly (readonly [name: string, pick: Pick, sources: 'Wq' | 'Lq' | 'W' | null])[] = [
  [words.rows.Wq, ({ Wq }) => timeText(Wq), 'Wq'],
  [words.rows.p50, ({ waits }) => timeText(waits?.p50 ?? NaN), null],
  [words.rows.p95, ({ waits }) => timeText(waits?.p95 ?? NaN), null],
  [words.rows.p99, ({ waits }) => timeText(waits?.p99 ?? NaN), null],
  [words.rows.W, ({ W }) => timeText(W), 'W'],
  [words.rows.Lq, ({ Lq }) => numberText(Lq), 'Lq'],
  [words.rows.pWait, ({ pWait }) => partText(pWait), null],
];

const stationOf = ({
  lambda,
  mu,
  handlers,
}: QueueInputs): { lambda: number; mu: number; servers: number } => ({
  lambda,
  mu,
  servers: handlers,
});

export function answersTo(inputs: QueueInputs): QueueAnswers {
  const station = stationOf(inputs);
  const shared = sharedQueue(station);
  const partitioned = partitionedQueues(station);
  const printed = sourcesQueue(station);
  const cell = (answer: QueueAnswer | Unstable, pick: Pick): string =>
    isUnstable(answer) ? words.grows(answer.growthRate) : pick(answer);
  const rows = PICKS.map(([name, pick, key]) => ({
    name,
    sources:
      key === null
        ? words.notSaid
        : 'Lq' in printed
          ? (key === 'Lq' ? numberText : timeText)(printed[key])
          : words.none,
    shared: cell(shared, pick),
    partitioned: cell(partitioned, pick),
  }));
  const sourcesFail = 'fails' in printed ? printed.fails : 'status' in printed ? words.sourcesUnstable : null;
  return { rho: station.lambda / (station.servers * station.mu), shared, partitioned, sourcesFail, rows };
}

export interface HandlerRow {
  readonly handlers: number;
  readonly Wq: string;
  readonly p99: string;
  /** What it saves of the mean wait beside one handler fewer. */
  readonly saves: string;
}

/** The same load with one handler fewer up to three more: what the next one buys. */
export function handlerRows({ lambda, mu, handlers }: QueueInputs): readonly HandlerRow[] {
  const counts = [-1, 0, 1, 2, 3].map((more) => handlers + more).filter((count) => count >= 1);
  return counts.map((servers) => {
    const answer = sharedQueue({ lambda, mu, servers });
    if (isUnstable(answer)) {
      const grows = words.grows(answer.growthRate);
      return { handlers: servers, Wq: grows, p99: grows, saves: '' };
    }
    const before = servers === 1 ? null : sharedQueue({ lambda, mu, servers: servers - 1 });
    const saves = before === null ? '' : isUnstable(before) ? words.settles : timeText(before.Wq - answer.Wq);
    return { handlers: servers, Wq: timeText(answer.Wq), p99: timeText(answer.waits?.p99 ?? NaN), saves };
  });
}

/** All of it for a spreadsheet: full digits in seconds, one quantity a line. */
export function toCsv(inputs: QueueInputs): string {
  const { shared, partitioned } = answersTo(inputs);
  const lines = [`lambda_per_s,${inputs.lambda}`, `mu_per_s,${inputs.mu}`, `handlers,${inputs.handlers}`];
  const add = (name: string, answer: QueueAnswer | Unstable): void => {
    if (isUnstable(answer)) return void lines.push(`${name}_growth_per_s,${answer.growthRate}`);
    const { Wq, W, Lq, L, pWait, waits } = answer;
    const held = { Wq_s: Wq, W_s: W, Lq, L, p_wait: pWait, wait_p50_s: waits?.p50, wait_p95_s: waits?.p95 };
    for (const [key, value] of Object.entries({ ...held, wait_p99_s: waits?.p99 }))
      lines.push(`${name}_${key},${value}`);
  };
  add('shared', shared);
  add('partitioned', partitioned);
  return `quantity,value\n${lines.join('\n')}\n`;
}
