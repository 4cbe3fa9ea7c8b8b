/** C2, C3, C4, C12 and C17: handlers, partitions, retention, scale, edge buffers. */
import { number, row, type Calculator } from '#lib/calculators/calculator.ts';
import { bytesText, numberText, partText, timeText } from '#lib/calculators/quantity-text.ts';
import { edgePlan } from '#queueing/calculators/edge-buffer.ts';
import { handlerAllocation } from '#queueing/calculators/handler-allocation.ts';
import { partitionCount } from '#queueing/calculators/partition-count.ts';
import { retentionPlan } from '#queueing/calculators/retention.ts';
import { scaleOf } from '#queueing/calculators/scale.ts';

const allocation: Calculator = {
  id: 'handler-allocation',
  group: 'Queues and capacity',
  name: 'Handler allocation',
  lead: 'A fixed number of handlers, three services. Who gets how many, so that the fewest messages are in the system?',
  fields: [
    number('handlers', 'handlers in all', 20),
    number('lambda1', 'first service: arrivals', 60, '/s'),
    number('mu1', 'first service: one handler', 10, '/s'),
    number('lambda2', 'second service: arrivals', 80, '/s'),
    number('mu2', 'second service: one handler', 50, '/s'),
    number('lambda3', 'third service: arrivals', 300, '/s'),
    number('mu3', 'third service: one handler', 200, '/s'),
  ],
  answer: (asked) => {
    const services = [1, 2, 3].map((i) => ({
      lambda: asked.number(`lambda${i}`),
      mu: asked.number(`mu${i}`),
    }));
    const { sources, best, fluid, utilisation } = handlerAllocation(services, asked.number('handlers'));
    const list = (values: readonly number[]): string => values.map((one) => numberText(one)).join(', ');
    const parts = (values: readonly number[]): string => values.map(partText).join(', ');
    const notes = [
      'The sources minimise Σ x/μ, which grows with every handler: always one each, whatever arrives.',
    ];
    if (!best.feasible) {
      notes.unshift(`Too few: it takes ${best.minimumHandlers} handlers before every service is stable.`);
      return { rows: [row('least handlers', list(best.minimumPerService), list(sources.handlers))], notes };
    }
    return {
      rows: [
        row('handlers', list(best.handlers), list(sources.handlers)),
        row('utilisation', parts(utilisation ?? []), parts(sources.utilisation)),
        row(
          'messages in the system',
          numberText(best.objective),
          sources.unstable.length > 0 ? 'grows for ever' : null,
        ),
        row('least handlers', list(best.minimumPerService)),
        row('as a fluid, in fractions', list(fluid ?? [])),
      ],
      notes,
    };
  },
};

const partitions: Calculator = {
  id: 'partition-count',
  group: 'Queues and capacity',
  name: 'Partition count',
  lead: 'Each partition has one reader at a time. How many does a topic need, when it also has to catch up after an outage?',
  fields: [
    number('rate', 'peak rate', 10_000, '/s'),
    number('service', 'service time', 8, 'ms'),
    number('utilisation', 'part of a consumer that may be used', 0.8),
    number('size', 'message size', 1000, 'bytes'),
    number('outage', 'outage to make good', 30, 'min'),
    number('drain', 'within', 10, 'min'),
    number('write', 'writing, one partition', 10, 'MB/s'),
    number('read', 'reading, one partition', 20, 'MB/s'),
    number('consumers', 'consumers', 12),
    number('hottest', 'part of the most frequent key', 0.001),
  ],
  answer: (asked) => {
    const plan = partitionCount({
      rate: asked.number('rate'),
      serviceTime: asked.number('service') / 1000,
      utilisation: asked.number('utilisation'),
      messageSize: asked.number('size'),
      outage: asked.number('outage') * 60,
      drain: asked.number('drain') * 60,
      writePerPartition: asked.number('write') * 1e6,
      readPerPartition: asked.number('read') * 1e6,
      consumers: asked.number('consumers'),
      hottestKey: asked.number('hottest'),
    });
    const hot = `${partText(plan.hottestLoad)} of one consumer${plan.hotKey ? ': too hot for any number of partitions' : ''}`;
    return {
      rows: [
        row('partitions', numberText(plan.needed)),
        row('for the throughput', numberText(plan.byThroughput)),
        row('to catch up', numberText(plan.byCatchUp)),
        row('for writing', numberText(plan.byWriting)),
        row('for reading', numberText(plan.byReading)),
        row('for the consumers', numberText(plan.byConsumers)),
        row('load of the most frequent key', hot),
      ],
      notes: ['Changing the number later sends keys to other partitions and breaks their order.'],
    };
  },
};

const retention: Calculator = {
  id: 'retention',
  group: 'Queues and capacity',
  name: 'Retention and storage',
  lead: 'Seven trillion messages a day sounds like a number. How many disks is it, and is it kept long enough?',
  fields: [
    number('perDay', 'messages a day', 7e12),
    number('size', 'message size', 1000, 'bytes'),
    number('retention', 'retention', 6, 'h'),
    number('copies', 'replication factor', 3),
    number('compression', 'compression, times smaller', 1),
    number('brokers', 'brokers', 1000),
    number('outage', 'longest outage of a reader', 2, 'h'),
    number('redrive', 'oldest dead letter to redrive', 1, 'h'),
  ],
  answer: (asked) => {
    const plan = retentionPlan({
      rate: scaleOf(asked.number('perDay')).perSecond,
      messageSize: asked.number('size'),
      retention: asked.number('retention') * 3600,
      replicationFactor: asked.number('copies'),
      compression: asked.number('compression'),
      brokers: asked.number('brokers'),
      longestOutage: asked.number('outage') * 3600,
      redriveAge: asked.number('redrive') * 3600,
    });
    return {
      rows: [
        row('on all disks', bytesText(plan.bytes)),
        row('a broker', bytesText(plan.bytesPerBroker)),
        row('disk a broker, never fuller than 70 %', bytesText(plan.diskPerBroker)),
        row('least retention', timeText(plan.leastRetention)),
        row('long enough', plan.longEnough ? 'yes' : 'no: a reader that is out that long loses messages'),
        row('alarm when unread for', timeText(plan.alarmAge)),
      ],
      notes: [],
    };
  },
};

const scale: Calculator = {
  id: 'scale',
  group: 'Operation',
  name: 'Scale converter',
  lead: 'Daily totals impress. A partition feels messages a second, at the busiest time.',
  fields: [
    number('perDay', 'messages a day', 1e9),
    number('peak', 'peak, times the mean', 3),
    number('partitions', 'partitions', 12),
  ],
  answer: (asked) => {
    const of = scaleOf(asked.number('perDay'), asked.number('peak'), asked.number('partitions'));
    return {
      rows: [
        row('a second', numberText(of.perSecond)),
        row('a second at the peak', numberText(of.peak)),
        row('one partition at the peak', `${numberText(of.peakPerPartition)}/s`),
        row('between two of its messages', of.gap === null ? 'never' : timeText(of.gap)),
        row('a month', numberText(of.perMonth)),
      ],
      notes: [],
    };
  },
};

const edge: Calculator = {
  id: 'edge-buffer',
  group: 'Operation',
  name: 'Mesh and edge buffer',
  lead: 'The uplink is down, the sensors are not. How long until the buffer is full?',
  fields: [
    number('rate', 'messages', 50, '/s'),
    number('places', 'places in the buffer', 1000),
    number('uplink', 'what the uplink still takes', 0, '/s'),
    number('interval', 'a batch every', 100, 'ms'),
  ],
  answer: (asked) => {
    const plan = edgePlan({
      rate: asked.number('rate'),
      places: asked.number('places'),
      uplink: asked.number('uplink'),
      batchInterval: asked.number('interval') / 1000,
    });
    return {
      rows: [
        row('full after', plan.overflowAfter === null ? 'never' : timeText(plan.overflowAfter)),
        row('then lost', `${numberText(plan.lossRate)}/s`),
        row('wait for the batch, at most', timeText(plan.batchLatency)),
        row('messages a batch', numberText(plan.batchSize)),
      ],
      notes: [],
    };
  },
};

export const capacity: readonly Calculator[] = [allocation, partitions, retention, scale, edge];
