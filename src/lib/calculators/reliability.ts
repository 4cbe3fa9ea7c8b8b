/** C5, C6, C7, C13 and C16: outbox relay, dedup window, backoff, sagas, guarantees. */
import { choice, number, onOff, row, type Calculator } from '#lib/calculators/calculator.ts';
import { bytesText, numberText, partText, timeText } from '#lib/calculators/quantity-text.ts';
import { JITTERS, retryPlan, survivesOutage } from '#queueing/calculators/backoff.ts';
import { dedupPlan, snapshotPlan } from '#queueing/calculators/dedup-window.ts';
import { composeGuarantee } from '#queueing/calculators/guarantee.ts';
import { relayPlan, sourcesCeiling } from '#queueing/calculators/outbox-relay.ts';
import { orderSteps, sagaPlan, stuckPart, type SagaStep } from '#queueing/calculators/saga-plan.ts';

const relay: Calculator = {
  id: 'outbox-relay',
  group: 'Reliability',
  name: 'Outbox relay',
  lead: 'A relay polls the outbox, publishes row by row, and sleeps. What does it carry, and what does a crash repeat?',
  fields: [
    number('rate', 'rows written', 80, '/s'),
    number('batch', 'rows a poll (0: all there are)', 100),
    number('poll', 'sleep', 1000, 'ms'),
    number('publish', 'publishing one', 5, 'ms'),
  ],
  answer: (asked) => {
    const given = {
      rate: asked.number('rate'),
      batch: asked.number('batch'),
      poll: asked.number('poll') / 1000,
      publish: asked.number('publish') / 1000,
    };
    const plan = relayPlan(given);
    const slope = plan.backlogSlope > 0 ? `grows by ${numberText(plan.backlogSlope)}/s` : 'keeps up';
    const believed = given.batch > 0 && given.poll > 0 ? `${numberText(sourcesCeiling(given))}/s` : null;
    return {
      rows: [
        row('carries at most', `${numberText(plan.ceiling)}/s`, believed),
        row('backlog', slope),
        row('added latency, mean', timeText(plan.addedLatency)),
        row('sent twice after a crash, marked one by one', numberText(plan.duplicatesPerCrash)),
        row('sent twice after a crash, marked by batch', numberText(plan.duplicatesPerCrashOfBatch)),
        row('a tick, in intervals of a timer', numberText(plan.overlap)),
      ],
      notes:
        plan.overlap > 1
          ? ['On a timer this relay overtakes itself: rows are sent again without any crash.']
          : [],
    };
  },
};

const dedup: Calculator = {
  id: 'dedup-window',
  group: 'Reliability',
  name: 'Deduplication window and snapshots',
  lead: 'A consumer that forgets an id before its message can come back does the work twice. How long must it remember?',
  fields: [
    number('rate', 'messages', 1000, '/s'),
    number('idSize', 'memory for one id', 50, 'bytes'),
    number('budget', 'memory there is', 1000, 'MB'),
    number('retention', 'broker retention', 6, 'h'),
    number('retry', 'longest retry', 60, 's'),
    number('redrive', 'oldest dead letter to redrive', 24, 'h'),
    number('replay', 'replays go back', 0, 'h'),
    number('crashes', 'crashes a day', 1),
    number('vulnerable', 'from effect to remembering it', 0.2, 'ms'),
    number('versions', 'versions of an aggregate', 1050),
    number('every', 'a snapshot every', 100, 'versions'),
    number('apply', 'applying one event', 1, 'ms'),
    number('snapshot', 'size of a snapshot', 2000, 'bytes'),
  ],
  answer: (asked) => {
    const plan = dedupPlan({
      rate: asked.number('rate'),
      idSize: asked.number('idSize'),
      memoryBudget: asked.number('budget') * 1e6,
      retention: asked.number('retention') * 3600,
      retryHorizon: asked.number('retry'),
      redriveAge: asked.number('redrive') * 3600,
      replayAge: asked.number('replay') * 3600,
      crashRate: asked.number('crashes') / 86_400,
      vulnerable: asked.number('vulnerable') / 1000,
    });
    const snapshots = snapshotPlan({
      versions: asked.number('versions'),
      every: asked.number('every'),
      apply: asked.number('apply') / 1000,
      snapshotSize: asked.number('snapshot'),
    });
    return {
      rows: [
        row('window', timeText(plan.window)),
        row('memory', bytesText(plan.memory)),
        row('advice', plan.advice),
        row('done twice all the same', `${numberText(plan.duplicateRate * 86_400 * 365.25)} a year`),
        row('replay on loading, at most', timeText(snapshots.longestReplay)),
        row('replay on loading, mean', timeText(snapshots.meanReplay)),
        row('snapshots', bytesText(snapshots.storage)),
      ],
      notes: ['A snapshot when (version + new events) is a multiple misses appends that step over it.'],
    };
  },
};

const backoff: Calculator = {
  id: 'backoff',
  group: 'Reliability',
  name: 'Retry and backoff',
  lead: 'Three attempts with 1 + 2 seconds: any outage of more than three seconds sends everything to the dead-letter queue.',
  fields: [
    number('base', 'first delay', 1, 's'),
    number('cap', 'longest delay', 30, 's'),
    number('attempts', 'attempts', 8),
    choice('jitter', 'jitter', JITTERS, 'full'),
    number('failing', 'probability that an attempt fails', 0.1),
    number('attempt', 'one attempt takes', 0.2, 's'),
    number('deadline', 'poll deadline or visibility timeout', 300, 's'),
    number('outage', 'outage', 60, 's'),
  ],
  answer: (asked) => {
    const given = {
      base: asked.number('base'),
      cap: asked.number('cap'),
      attempts: asked.number('attempts'),
      jitter: asked.choice('jitter', JITTERS),
    };
    const plan = retryPlan(given, {
      failing: asked.number('failing'),
      attemptTime: asked.number('attempt'),
      deadline: asked.number('deadline'),
    });
    const outage = asked.number('outage');
    return {
      rows: [
        row(
          'delays, at most',
          plan.delays.map(({ most }) => timeText(most)).join(', ') || 'none',
          '1 s, 2 s',
        ),
        row('all together, mean', timeText(plan.total.mean), '3 s'),
        row('holds a handler, at most', timeText(plan.hold)),
        row('within the deadline', plan.withinDeadline ? 'yes' : 'no: it is taken away and delivered again'),
        row('attempts a message, and load', `${numberText(plan.attemptsExpected)} times`),
        row('dead letters', partText(plan.deadLettered)),
        row('this outage', survivesOutage(given, outage), outage > 3 ? 'dead-lettered' : 'survives'),
      ],
      notes: given.jitter === 'none' ? ['Without jitter all who failed together come back together.'] : [],
    };
  },
};

const saga: Calculator = {
  id: 'saga',
  group: 'Reliability',
  name: 'Saga planner',
  lead: 'Reserve, pay, ship: which step comes first decides how much is undone, and what is left standing.',
  fields: [
    number('charge', 'charging succeeds (cannot be undone)', 0.95),
    number('reserve', 'reserving stock succeeds', 0.9),
    number('courier', 'booking a courier succeeds', 0.99),
    number('reserveCost', 'undoing the reservation costs', 1),
    number('courierCost', 'undoing the booking costs', 5),
    number('duration', 'a saga takes', 10, 's'),
    number('crashes', 'crashes of the orchestrator a day', 1),
    onOff('log', 'durable log', true),
  ],
  answer: (asked) => {
    const step = (name: string, kind: SagaStep['kind'], key: string | null, cost = 0): SagaStep => ({
      ...{ name, kind, compensationCost: cost, slowest: 1 },
      success: key === null ? 1 : asked.number(key),
    });
    const told = [
      step('charge', 'pivot', 'charge'),
      step('reserve', 'reversible', 'reserve', asked.number('reserveCost')),
      step('book courier', 'reversible', 'courier', asked.number('courierCost')),
      step('send mail', 'retriable', null),
    ];
    const ordered = orderSteps(told);
    const [before, after] = [sagaPlan(told), sagaPlan(ordered)];
    const names = (steps: readonly SagaStep[]): string => steps.map(({ name }) => name).join(', ');
    const standing = ({ leftStanding }: typeof after): string => leftStanding.join(', ') || 'nothing';
    const stuck = stuckPart(asked.number('crashes') / 86_400, asked.number('duration'), asked.on('log'));
    return {
      rows: [
        row('order', names(ordered), names(told)),
        row('succeeds', partText(after.success), partText(before.success)),
        row('left standing after a failure', standing(after), standing(before)),
        row(
          'compensations a saga, mean',
          numberText(after.expectedCompensations),
          numberText(before.expectedCompensations),
        ),
        row('their cost, mean', numberText(after.expectedCost), numberText(before.expectedCost)),
        row('states of the machine', numberText(after.states)),
        row('left half done by crashes', partText(stuck)),
      ],
      notes: ['Give each step more time than its 99.9th percentile before you take it for failed.'],
    };
  },
};

const guarantee: Calculator = {
  id: 'guarantee',
  group: 'Reliability',
  name: 'Delivery guarantee',
  lead: 'A guarantee is not a setting. Every fault is tried at every step of one message’s way, and its effects are counted.',
  fields: [
    choice('acks', 'acks', ['0', '1', 'all'], 'all'),
    onOff('retries', 'producer retries', true),
    onOff('idempotentProducer', 'idempotent producer', true),
    onOff('outbox', 'outbox', false),
    choice('storage', 'broker keeps', ['memory', 'disk', 'replicated'], 'replicated'),
    choice(
      'acknowledge',
      'consumer acknowledges',
      ['before the effect', 'after the effect'],
      'after the effect',
    ),
    onOff('idempotentEffect', 'idempotent effect', false),
  ],
  answer: (asked) => {
    const { byFault, overall } = composeGuarantee({
      acks: asked.choice('acks', ['0', '1', 'all']),
      retries: asked.on('retries'),
      idempotentProducer: asked.on('idempotentProducer'),
      outbox: asked.on('outbox'),
      storage: asked.choice('storage', ['memory', 'disk', 'replicated']),
      acknowledge: asked.choice('acknowledge', ['before the effect', 'after the effect']),
      idempotentEffect: asked.on('idempotentEffect'),
    });
    return {
      rows: [
        ...byFault.map(({ fault, effects, guarantee: found }) =>
          row(fault === 'none' ? 'no fault' : fault, `${found} (${effects.join(' or ')} effects)`),
        ),
        row('whatever single fault strikes', overall, 'one of three words'),
      ],
      notes: ['One fault at a time, once. “Neither” is: it may be lost, and it may happen twice.'],
    };
  },
};

export const reliability: readonly Calculator[] = [relay, dedup, backoff, saga, guarantee];
