/** The answer of a closed form in lines: name, value with its unit, and what the name stands for. */
import { shown, shownTime } from '#cli/queue-units.ts';

type Dimension = 'time' | 'rate' | 'time²' | 'number';

const MEANINGS: Readonly<Record<string, readonly [Dimension, string]>> = {
  rho: ['number', 'part of the capacity that is used'],
  a: ['number', 'offered load in erlangs'],
  pWait: ['number', 'probability of waiting'],
  L: ['number', 'customers in the system, mean'],
  Lq: ['number', 'customers waiting, mean'],
  W: ['time', 'time in the system, mean'],
  Wq: ['time', 'time waiting, mean'],
  wq_p50: ['time', 'half wait no longer'],
  wq_p95: ['time', '95 of 100 wait no longer'],
  wq_p99: ['time', '99 of 100 wait no longer'],
  w_p50: ['time', 'half are through by then'],
  w_p95: ['time', '95 of 100 are through by then'],
  w_p99: ['time', '99 of 100 are through by then'],
  p0: ['number', 'probability of an empty system'],
  varL: ['number', 'variance of the number in the system'],
  pN_gt_10: ['number', 'probability of more than 10 in the system'],
  pN_gt_2a: ['number', 'probability of more than twice the mean'],
  pBlock: ['number', 'probability of being turned away'],
  carried: ['number', 'carried load in erlangs'],
  throughput: ['rate', 'customers served'],
  utilisation: ['number', 'part of the time that a server is busy'],
  pWaitAccepted: ['number', 'probability of waiting, of those who get in'],
  pWaitErlangC: ['number', 'probability of waiting if nobody were turned away'],
  pAbandon: ['number', 'probability of leaving before service'],
  meanWaitAll: ['time', 'time waiting over all who come, mean'],
  allenCunneenWq: ['time', 'time waiting, mean: approximation (Allen-Cunneen)'],
  cosmetatosWq: ['time', 'time waiting, mean: approximation (Cosmetatos)'],
  sakasegawaWq: ['time', 'time waiting, mean: approximation (Sakasegawa)'],
  klbWq: ['time', 'time waiting, mean: approximation (Krämer, Langenbach-Belz)'],
  kingmanApproxWq: ['time', 'time waiting, mean: approximation (Kingman)'],
  kingmanBoundWq: ['time', 'time waiting, mean: upper bound (Kingman)'],
  LqTotal: ['number', 'customers waiting in all classes'],
  Ltotal: ['number', 'customers in all stations'],
  Wtotal: ['time', 'time from coming to leaving, mean'],
  WqTotal: ['time', 'time waiting at all stations, mean'],
  lambda_: ['rate', 'arrivals at each station'],
  lambdaEff: ['rate', 'services begun, repetitions included'],
  Wperpass: ['time', 'time in the system a pass, mean'],
  meanPasses: ['number', 'services a customer, mean'],
  pDeadLetter: ['number', 'probability that every attempt fails'],
  Lorbit: ['number', 'customers between attempts, mean'],
  Worbit: ['time', 'time between attempts, mean'],
  pIdle: ['number', 'probability of an idle server'],
  mean: ['time', 'mean'],
  variance: ['time²', 'variance'],
  meanServed: ['number', 'customers served, mean'],
  density_t: ['rate', 'probability density at t'],
  cdf_t: ['number', 'probability of no longer than t'],
  c: ['number', 'servers'],
  pWaitOneLess: ['number', 'probability of waiting with one server less'],
  betaHalfinWhitt: ['number', 'β of the square-root rule'],
  cSquareRoot: ['number', 'servers by the square-root rule'],
  serviceLevel: ['number', 'part that waits no longer than T'],
  feasible: ['number', 'whether N is enough'],
  objective: ['number', 'value of the objective'],
  optimal: ['number', 'handlers of each service'],
  minimumHandlers: ['number', 'least N that is stable'],
  minimumPerService: ['number', 'least handlers of each service'],
  growthRate: ['rate', 'growth of the queue'],
};

/** `inSeconds` is whether times are known to be seconds. */
function valueText(value: unknown, dimension: Dimension, inSeconds: boolean): string {
  if (Array.isArray(value)) return value.map((one) => valueText(one, dimension, inSeconds)).join(', ');
  if (value === null) return 'does not exist';
  if (typeof value !== 'number') return String(value);
  if (!inSeconds || dimension === 'number') return shown(value);
  if (dimension === 'time') return shownTime(value);
  return `${shown(value)} ${dimension === 'rate' ? 'a second' : 's²'}`;
}

export function answerLines(
  answer: Readonly<Record<string, unknown>>,
  inSeconds: boolean,
): readonly string[] {
  const rows = Object.entries(answer).map(([name, value]) => {
    const small = name.startsWith('log10_');
    const [dimension, meaning] = (small ? undefined : MEANINGS[name]) ?? (['number', ''] as const);
    const about = small ? 'its decimal logarithm, since it is too small for a double' : meaning;
    return [name, valueText(value, dimension, inSeconds), about] as const;
  });
  const width = (column: 0 | 1): number => Math.min(40, Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([name, value, about]) =>
    `  ${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${about}`.trimEnd(),
  );
}
