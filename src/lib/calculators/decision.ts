/** C9, C10, C11, C14 and C15: patterns, economics, alerts, staleness, payloads. */
import { choice, number, onOff, row, type Calculator, type Listing } from '#lib/calculators/calculator.ts';
import { bytesText, numberText, partText, timeText } from '#lib/calculators/quantity-text.ts';
import { alertPlan, sourcesThresholdTime } from '#queueing/calculators/alert-design.ts';
import { AS_THE_SOURCES, economics, SOURCES_RATES, tornado } from '#queueing/calculators/economics.ts';
import { choosePatterns, sourcesPattern, sourcesTruthTable } from '#queueing/calculators/pattern-choice.ts';
import { payloadPlan } from '#queueing/calculators/payload.ts';
import { staleProbability, thinkTimeFor } from '#queueing/calculators/staleness.ts';

const alerts: Calculator = {
  id: 'alerts',
  group: 'Operation',
  name: 'SLO and alerts',
  lead: 'A lag of 100,000 events is one second or three hours. Alerts follow from the objective, not from a round number.',
  fields: [
    number('objective', 'part that must be in time', 0.99),
    number('within', 'in time is', 1, 's'),
    number('rate', 'events', 50, '/s'),
    number('capacity', 'capacity', 80, '/s'),
    number('lag', 'waiting now', 600, 'events'),
    number('period', 'reckoned over', 30, 'd'),
  ],
  answer: (asked) => {
    const rate = asked.number('rate');
    const plan = alertPlan({
      ...{ rate, objective: asked.number('objective'), within: asked.number('within') },
      ...{
        capacity: asked.number('capacity'),
        lag: asked.number('lag'),
        period: asked.number('period') * 86_400,
      },
    });
    const burns = plan.burnAlerts.map((one) =>
      row(
        `${one.severity} at burn rate ${numberText(one.burnRate)}`,
        `over ${timeText(one.longWindow)} and ${timeText(one.shortWindow)}; seen after ${timeText(one.detection)}`,
      ),
    );
    const believed = rate > 0 ? timeText(sourcesThresholdTime(rate)) : 'never';
    return {
      rows: [
        row('lag in time', plan.lagTime === null ? 'never served' : timeText(plan.lagTime)),
        row('drained after', plan.drainTime === null ? 'never' : timeText(plan.drainTime)),
        row(
          'alarm at a lag of',
          `${numberText(plan.lagThreshold)} events`,
          `100,000 events, here ${believed}`,
        ),
        row('top bucket of the histogram, at least', timeText(plan.leastTopBucket)),
        ...burns,
      ],
      notes: [plan.quantileRule],
    };
  },
};

const LAGS = ['exponential', 'always the same', 'three stages'] as const;

const staleness: Calculator = {
  id: 'staleness',
  group: 'Operation',
  name: 'Consistency window',
  lead: 'Eventually is usually very quickly. How often does a reader who comes back still see the old state?',
  fields: [
    number('mean', 'lag of the copy, mean', 300, 'ms'),
    choice('shape', 'lag is', LAGS, 'exponential'),
    number('think', 'the reader comes back after', 1000, 'ms'),
    number('allowed', 'may be stale', 0.01),
  ],
  answer: (asked) => {
    const mean = asked.number('mean') / 1000;
    const shape = asked.choice('shape', LAGS);
    const lag =
      shape === 'exponential'
        ? ({ kind: 'exponential', mean } as const)
        : shape === 'three stages'
          ? ({ kind: 'erlang', k: 3, mean } as const)
          : ({ kind: 'deterministic', mean } as const);
    const stale = staleProbability(lag, asked.number('think') / 1000);
    return {
      rows: [
        row('still stale', partText(stale), 'usually not'),
        row('wait for the allowed part', timeText(thinkTimeFor(lag, asked.number('allowed')))),
      ],
      notes: [],
    };
  },
};

const payload: Calculator = {
  id: 'payload',
  group: 'Operation',
  name: 'Payload',
  lead: 'Send everything, or a name and let them ask? Asking costs bytes too, and the owner must be up for it.',
  fields: [
    number('rate', 'events', 100, '/s'),
    number('consumers', 'consumers', 4),
    number('full', 'event with everything', 2000, 'bytes'),
    number('thin', 'event that names what changed', 200, 'bytes'),
    number('callback', 'asking, request and answer', 3000, 'bytes'),
    number('hits', 'part that the consumer’s cache answers', 0.5),
  ],
  answer: (asked) => {
    const plan = payloadPlan({
      ...{ rate: asked.number('rate'), consumers: asked.number('consumers'), fullSize: asked.number('full') },
      ...{
        thinSize: asked.number('thin'),
        callbackSize: asked.number('callback'),
        cacheHits: asked.number('hits'),
      },
    });
    return {
      rows: [
        row('everything', `${bytesText(plan.fullBandwidth)}/s`),
        row('names, and asking', `${bytesText(plan.thinBandwidth)}/s`),
        row('requests at the owner', `${numberText(plan.callbackLoad)}/s`),
        row('same bytes at', bytesText(plan.breakEvenSize)),
        row(
          'fewer bytes',
          plan.cheaper === 'full' ? 'everything in the event' : 'a name, and asking',
          'only what consumers need',
        ),
      ],
      notes: [],
    };
  },
};

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const printedFunction: Listing = {
  caption: 'The sources’ function, all 32 inputs',
  head: ['replay', 'complex queries', 'full data', 'notifications', 'reads scale', 'answer', 'ignored'],
  rows: sourcesTruthTable().map((one) => [
    ...[one.eventReplayNeeded, one.complexQueries, one.receiversNeedFullData].map(yesNo),
    ...[one.simpleNotifications, one.readWriteScalingDifferent].map(yesNo),
    one.answer,
    numberText(one.ignored.length),
  ]),
};

const patterns: Calculator = {
  id: 'patterns',
  group: 'Decision',
  name: 'Pattern chooser',
  lead: 'Several answers at once, “no events at all” among them.',
  fields: [
    number('consumers', 'others that want to know', 3),
    onOff('dualWrite', 'a database is written too', true),
    onOff('acrossServices', 'a change spans services', false),
    onOff('auditOrReplay', 'the history is asked for', false),
    onOff('complexQueries', 'with complex queries', false),
    onOff('differentReads', 'reads have another shape', false),
    onOff('autonomousConsumers', 'consumers must do without the owner', false),
    number('fullPayload', 'an event with everything', 2000, 'bytes'),
    number('payloadBudget', 'an event may have', 10_000, 'bytes'),
    onOff('immediateConsistency', 'the answer must show the change', false),
    onOff('simpleCrud', 'rows are read and written, no more', false),
    onOff('noviceTeam', 'nobody has run this before', false),
  ],
  answer: (asked) => {
    const autonomousConsumers = asked.on('autonomousConsumers');
    const differentReads = asked.on('differentReads');
    const auditOrReplay = asked.on('auditOrReplay');
    const advice = choosePatterns({
      ...{ autonomousConsumers, differentReads, auditOrReplay, consumers: asked.number('consumers') },
      ...{ dualWrite: asked.on('dualWrite'), acrossServices: asked.on('acrossServices') },
      ...{ fullPayload: asked.number('fullPayload'), payloadBudget: asked.number('payloadBudget') },
      ...{ immediateConsistency: asked.on('immediateConsistency'), simpleCrud: asked.on('simpleCrud') },
      noviceTeam: asked.on('noviceTeam'),
    });
    const printed = sourcesPattern({
      ...{ eventReplayNeeded: auditOrReplay, complexQueries: asked.on('complexQueries') },
      ...{ receiversNeedFullData: autonomousConsumers, readWriteScalingDifferent: differentReads },
      simpleNotifications: asked.number('consumers') > 0 && !autonomousConsumers,
    });
    const rows = advice.map(({ pattern, because }) => row(pattern, because));
    return {
      rows,
      notes: [`The sources’ function answers one thing: ${printed}.`],
      listing: printedFunction,
    };
  },
};

/** What the tornado swings, as the fields call it. */
const SWUNG: Readonly<Record<string, string>> = {
  incidentsPerYear: 'incidents a year',
  deliveryDaysNow: 'days to deliver now',
  deliveryDaysThen: 'days to deliver then',
  opsHoursNow: 'hours of operation now',
  opsHoursThen: 'hours of operation then',
  incidentCost: 'cost of an incident',
  incidentsAvoided: 'incidents avoided',
  overprovisioningSaved: 'overprovisioning saved',
  dayValue: 'value of a day',
  featuresPerYear: 'features a year',
  opsHourCost: 'cost of an hour of operation',
  clusterCost: 'cost of a cluster',
  newCapabilities: 'new capabilities',
  discountRate: 'discount rate',
};

const money: Calculator = {
  id: 'economics',
  group: 'Decision',
  name: 'Economics',
  lead: 'A firm without any problem earns 432 % by the sources’ arithmetic. Each flaw is a switch.',
  fields: [
    number('incidents', 'incidents a year', 10),
    number('overprovisioning', 'overprovisioning a year', 200_000),
    number('daysNow', 'days to deliver a feature, now', 30),
    number('daysThen', 'and then', 20),
    number('opsNow', 'hours of operation a week, now', 40),
    number('opsThen', 'and then', 60),
    number('clusters', 'clusters', 2),
    number('discount', 'discount rate', 0.1),
    onOff('oldOperations', 'credit the old operations', true),
    onOff('yearlyClusters', 'clusters cost every year', true),
    onOff('wholeInvestment', 'divide by the whole investment', true),
    onOff('noConstant', 'no million for everybody', true),
    onOff('discounting', 'money later is worth less', true),
  ],
  answer: (asked) => {
    const firm = {
      ...{ incidentsPerYear: asked.number('incidents'), overprovisioning: asked.number('overprovisioning') },
      ...{ deliveryDaysNow: asked.number('daysNow'), deliveryDaysThen: asked.number('daysThen') },
      ...{ opsHoursNow: asked.number('opsNow'), opsHoursThen: asked.number('opsThen') },
      clusters: asked.number('clusters'),
    };
    const on = {
      ...{ oldOperations: asked.on('oldOperations'), yearlyClusters: asked.on('yearlyClusters') },
      ...{ wholeInvestment: asked.on('wholeInvestment'), noConstant: asked.on('noConstant') },
      discounting: asked.on('discounting'),
    };
    const rates = { ...SOURCES_RATES, discountRate: asked.number('discount') };
    const right = economics(firm, rates, on);
    const printed = economics(firm, SOURCES_RATES, AS_THE_SOURCES);
    const months = (value: number | null): string =>
      value === null ? 'never' : `${numberText(value)} months`;
    const widest = tornado(firm, rates, on).slice(0, 5);
    return {
      rows: [
        row(
          'return over five years',
          partText(right.returnOnInvestment),
          partText(printed.returnOnInvestment),
        ),
        row('paid back after', months(right.paybackMonths), months(printed.paybackMonths)),
        row('paid back, discounted', months(right.discountedPaybackMonths)),
        row('net present value', String(Math.round(right.netPresentValue))),
        row('internal rate of return', right.internalRate === null ? 'none' : partText(right.internalRate)),
        ...widest.map(({ name, atLow, atHigh }) =>
          row(
            `net present value with ${SWUNG[name] ?? name} ± 30 %`,
            `${Math.round(atLow)} to ${Math.round(atHigh)}`,
          ),
        ),
      ],
      notes: [
        'The coefficients, 80 % fewer incidents and 60 % less overprovisioning, are the sources’ guesses.',
      ],
    };
  },
};

export const decision: readonly Calculator[] = [alerts, staleness, payload, patterns, money];
