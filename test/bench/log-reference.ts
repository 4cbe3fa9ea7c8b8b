/**
 * Bench (b)'s reference: the same orders over the same log, written by hand as one loop. Poisson arrivals, each with
 * its customer (Zipf) and its total drawn; murmur2 of the customer as the key; batches by partition that leave after the
 * linger; a log of 12 partitions; three consumers that fetch what is there, at most 500 records a poll; for each record
 * the handler's steps as turns of a loop: the charge's latency drawn, one charge in a ledger.
 * Same generator, same distributions, same typed-array heap (arrivals, lingers, polls).
 * No entities, no network, no protocol, no records, no checks.
 */
import { avalanche } from '#sim/kernel/name-hash.ts';
import { compileDistribution, sample } from '#sim/kernel/distribution.ts';
import { createStreamTable, drawSource, sequentialSource, streamRow } from '#sim/kernel/random.ts';
import { integerBetween } from '#sim/kernel/uniform.ts';
import { compileZipf, sampleZipf } from '#sim/kernel/zipf.ts';

const PARTITIONS = 12;
const CONSUMERS = 3;
const LINGER = 5_000;
const LATENCY = 500;
const STEPS = 1;
/** To the card processor and back, without what it takes itself. */
const CALL = 10;
const MAX_POLL = 500;
const ARRIVAL = 0;
const FLUSH = 1;
const POLL = 2;

class Heap {
  readonly at = new Float64Array(1024);
  readonly order = new Float64Array(1024);
  readonly what = new Int32Array(1024);
  size = 0;
  private seq = 0;

  push(time: number, what: number): void {
    const { at, order } = this;
    const seq = this.seq;
    this.seq = seq + 1;
    let i = this.size;
    this.size = i + 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const parentAt = at[parent] as number;
      if (parentAt < time || (parentAt === time && (order[parent] as number) <= seq)) break;
      at[i] = parentAt;
      order[i] = order[parent] as number;
      this.what[i] = this.what[parent] as number;
      i = parent;
    }
    at[i] = time;
    order[i] = seq;
    this.what[i] = what;
  }

  pop(): void {
    const { at, order, what } = this;
    const size = this.size - 1;
    this.size = size;
    const time = at[size] as number;
    const seq = order[size] as number;
    const kind = what[size] as number;
    let i = 0;
    const half = size >> 1;
    while (i < half) {
      let child = 2 * i + 1;
      const right = child + 1;
      if (
        right < size &&
        ((at[right] as number) < (at[child] as number) ||
          ((at[right] as number) === (at[child] as number) &&
            (order[right] as number) < (order[child] as number)))
      ) {
        child = right;
      }
      const childAt = at[child] as number;
      if (time < childAt || (time === childAt && seq <= (order[child] as number))) break;
      at[i] = childAt;
      order[i] = order[child] as number;
      what[i] = what[child] as number;
      i = child;
    }
    at[i] = time;
    order[i] = seq;
    what[i] = kind;
  }
}

const bytes = new Uint8Array(32);
const PREFIX = Uint8Array.from('customer-', (letter) => letter.charCodeAt(0));

/** murmur2 of `customer-` and the digits of `n`, as Kafka's default partitioner hashes the key. */
function murmur2(n: number): number {
  bytes.set(PREFIX);
  let length = PREFIX.length;
  let rest = n;
  do {
    length += 1;
    rest = (rest / 10) | 0;
  } while (rest > 0);
  rest = n;
  for (let i = length - 1; i >= PREFIX.length; i -= 1) {
    bytes[i] = 48 + (rest % 10);
    rest = (rest / 10) | 0;
  }
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const left = length - i;
  if (left === 3) h ^= (bytes[i + 2] as number) << 16;
  if (left >= 2) h ^= (bytes[i + 1] as number) << 8;
  if (left >= 1) h = Math.imul(h ^ (bytes[i] as number), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return (h ^ (h >>> 15)) & 0x7fffffff;
}

interface Growing {
  rows: Int32Array;
  length: number;
}

function push(to: Growing, value: number): void {
  if (to.length === to.rows.length) {
    const rows = new Int32Array(to.length * 2);
    rows.set(to.rows);
    to.rows = rows;
  }
  to.rows[to.length] = value;
  to.length += 1;
}

/** Messages handled and seconds taken. */
export function runReference(messages: number): { seconds: number; handled: number; ledger: number } {
  const streams = createStreamTable(7);
  const gaps = streamRow(streams, 'checkout-1:arrivals');
  const customers = streamRow(streams, 'data:order.customer');
  const totals = streamRow(streams, 'data:order.total');
  const latencies = streamRow(streams, 'cards.charge:latency');
  const gap = compileDistribution({ kind: 'exponential', mean: 10 });
  const latency = compileDistribution({ kind: 'exponential', mean: 8 });
  const zipf = compileZipf(10_000, 0.8);
  const owner = avalanche(1);
  const started = performance.now();
  const heap = new Heap();
  const grow = (): Growing => ({ rows: new Int32Array(64), length: 0 });
  const batches = Array.from({ length: PARTITIONS }, grow);
  const logs = Array.from({ length: PARTITIONS }, grow);
  const committed = new Int32Array(PARTITIONS);
  const amounts = new Float64Array(messages);
  const ledger = new Uint8Array(messages);
  let made = 0;
  let handled = 0;
  let sum = 0;
  heap.push(sample(gap, sequentialSource(streams, gaps)), ARRIVAL);
  for (let consumer = 0; consumer < CONSUMERS; consumer += 1) heap.push(1000, POLL + consumer);
  heap.push(LINGER, FLUSH);
  while (heap.size > 0) {
    const now = heap.at[0] as number;
    const what = heap.what[0] as number;
    heap.pop();
    if (what === ARRIVAL) {
      amounts[made] = integerBetween(500, 20_000, drawSource(7, streams, totals, owner, made + 1, 0));
      const customer = sampleZipf(zipf, drawSource(7, streams, customers, owner, made + 1, 0));
      push(batches[murmur2(customer) % PARTITIONS] as Growing, made);
      made += 1;
      if (made < messages) heap.push(now + sample(gap, sequentialSource(streams, gaps)), ARRIVAL);
    } else if (what === FLUSH) {
      for (let p = 0; p < PARTITIONS; p += 1) {
        const batch = batches[p] as Growing;
        const log = logs[p] as Growing;
        for (let i = 0; i < batch.length; i += 1) push(log, batch.rows[i] as number);
        batch.length = 0;
      }
      if (made < messages || handled < messages) heap.push(now + LINGER, FLUSH);
    } else {
      const consumer = what - POLL;
      let room = MAX_POLL;
      let time = now;
      for (let p = consumer; p < PARTITIONS && room > 0; p += CONSUMERS) {
        const log = logs[p] as Growing;
        const end = Math.min(log.length, (committed[p] as number) + room);
        for (let offset = committed[p] as number; offset < end; offset += 1) {
          const message = log.rows[offset] as number;
          for (let step = 0; step < STEPS; step += 1) {
            time += CALL + sample(latency, drawSource(7, streams, latencies, owner, message + 1, 1));
            ledger[message] = (ledger[message] as number) + 1;
            sum += amounts[message] as number;
          }
          handled += 1;
          room -= 1;
        }
        committed[p] = end;
      }
      if (handled < messages) heap.push(time + (time === now ? LATENCY * 2 : 0), POLL + consumer);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, handled, ledger: sum };
}
