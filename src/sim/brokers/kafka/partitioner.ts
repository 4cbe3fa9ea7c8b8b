/**
 * Which partition a record goes to, as the Java client's default partitioner decides it (BuiltInPartitioner, Utils at
 * the recorded commit; KIP-794): a key by murmur2 of its bytes, no key by staying on one partition until about
 * batch.size bytes have gone there. Pure functions over plain data; the random numbers are the caller's. Left out:
 * partitioner.availability.timeout.ms and partitions without a leader. Rules: SPEC.md, KAFKA-PARTITIONER.
 */
import { encodeUtf8 } from '#sim/base/utf8.ts';
import { nameOf, type Names } from '#sim/base/names.ts';
import type { KeyTable } from '#sim/messaging/keys.ts';

const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const POSITIVE = 0x7fffffff;

/** [KAFKA-PARTITIONER-1] 32-bit MurmurHash2, signed, of the first `length` bytes. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  let h = SEED ^ length;
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) {
    let k =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const rest = length & 3;
  if (rest === 3) h ^= (bytes[words + 2] as number) << 16;
  if (rest >= 2) h ^= (bytes[words + 1] as number) << 8;
  if (rest >= 1) h = Math.imul(h ^ (bytes[words] as number), M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
}

/** [KAFKA-PARTITIONER-2] The sign bit is masked away, which is not the absolute value. */
function toPositive(hash: number): number {
  return hash & POSITIVE;
}

export function partitionForKey(bytes: Uint8Array, partitions: number): number {
  return toPositive(murmur2(bytes)) % partitions;
}

/** Bytes of key prefixes by the prefix's name id, each with room behind them for digits. */
export interface KeyBytes {
  readonly byPrefix: Map<number, { readonly bytes: Uint8Array; readonly prefix: number }>;
}

export function createKeyBytes(): KeyBytes {
  return { byPrefix: new Map() };
}

/** Digits of the largest integer that is written as digits alone, and its sign. */
const ROOM = 17;

/** murmur2 of the key's text in UTF-8, without making the text where the key is a prefix and a whole number. */
export function murmur2OfKey(cache: KeyBytes, keys: KeyTable, names: Names, key: number): number {
  const prefix = keys.prefix.data[key] as number;
  const number = keys.number.data[key] as number;
  let known = cache.byPrefix.get(prefix);
  if (known === undefined) {
    const text = encodeUtf8(nameOf(names, prefix));
    const bytes = new Uint8Array(text.length + ROOM);
    bytes.set(text);
    known = { bytes, prefix: text.length };
    cache.byPrefix.set(prefix, known);
  }
  if (number === -1) return murmur2(known.bytes, known.prefix);
  if (number >= 0 && Number.isSafeInteger(number)) {
    return murmur2(known.bytes, writeDigits(known.bytes, known.prefix, number));
  }
  return murmur2(encodeUtf8(`${nameOf(names, prefix)}${number}`));
}

/** Below it a number is a small integer to the engine. */
const SMALL = 1_073_741_824;

/** Writes the decimal digits of a whole number from `at` on; returns the place after the last. */
function writeDigits(bytes: Uint8Array, at: number, number: number): number {
  let digits = 1;
  for (let bound = 10; number >= bound; bound *= 10) digits += 1;
  if (number < SMALL) {
    // a division of small integers as a multiplication: a third of the time
    let left = number | 0;
    for (let i = at + digits - 1; i >= at; i -= 1) {
      const tenth = (left / 10) | 0;
      bytes[i] = 48 + (left - Math.imul(tenth, 10));
      left = tenth;
    }
    return at + digits;
  }
  let rest = number;
  for (let i = at + digits - 1; i >= at; i -= 1) {
    const tenth = Math.floor(rest / 10);
    bytes[i] = 48 + (rest - tenth * 10);
    rest = tenth;
  }
  return at + digits;
}

export function partitionOfKey(
  cache: KeyBytes,
  keys: KeyTable,
  names: Names,
  key: number,
  partitions: number,
): number {
  return toPositive(murmur2OfKey(cache, keys, names, key)) % partitions;
}

/** Where records without a key go, for one topic. `partition` -1 = not chosen yet. */
export interface StickyPartition {
  partition: number;
  /** Bytes appended since the partition was chosen. */
  bytes: number;
}

export function createStickyPartition(): StickyPartition {
  return { partition: -1, bytes: 0 };
}

/**
 * Counts an append of `bytes` to the sticky partition. True where another partition is to be chosen now:
 * [KAFKA-PARTITIONER-3] from `batchSize` on where the caller allows it (its batch is ready, so that no fraction of a
 * batch is left behind), and from twice `batchSize` on in any case.
 */
export function stickyAppend(
  sticky: StickyPartition,
  bytes: number,
  batchSize: number,
  batchReadyAllowsSwitch: boolean,
): boolean {
  sticky.bytes += bytes;
  return (sticky.bytes >= batchSize && batchReadyAllowsSwitch) || sticky.bytes >= batchSize * 2;
}

/** Chooses the sticky partition: evenly, or by load. `word` is a random 32-bit word. */
export function switchPartition(
  sticky: StickyPartition,
  partitions: number,
  load: PartitionLoad | null,
  word: number,
): void {
  const random = toPositive(word);
  sticky.partition = load === null ? random % partitions : partitionByLoad(load, random);
  sticky.bytes = 0;
}

/** How likely each partition is, as a running sum: shorter queues are likelier. */
export interface PartitionLoad {
  readonly cumulativeFrequency: readonly number[];
  readonly partitions: readonly number[];
}

/**
 * [KAFKA-PARTITIONER-4] Weights (longest queue + 1 − own queue) as a running sum, or null where nothing speaks for any
 * of them: fewer than two partitions, or all queues equally long. `all` counts the topic's partitions, those that are
 * left out of the queues included.
 */
export function partitionLoad(
  queueSizes: readonly number[],
  partitions: readonly number[],
  all: number,
): PartitionLoad | null {
  if (queueSizes.length < 1 || all < 2) return null;
  let longest = 0;
  let equal = true;
  for (const size of queueSizes) {
    if (size !== queueSizes[0]) equal = false;
    if (size > longest) longest = size;
  }
  if (equal && queueSizes.length === all) return null;
  const cumulativeFrequency: number[] = [];
  let sum = 0;
  for (const size of queueSizes) {
    sum += longest + 1 - size;
    cumulativeFrequency.push(sum);
  }
  return { cumulativeFrequency, partitions };
}

/** The end of the range that random numbers are mapped from. */
export function loadRangeEnd(load: PartitionLoad): number {
  return load.cumulativeFrequency[load.cumulativeFrequency.length - 1] as number;
}

/** The partition whose part of the range holds `random`. */
export function partitionByLoad(load: PartitionLoad, random: number): number {
  const at = random % loadRangeEnd(load);
  const index = load.cumulativeFrequency.findIndex((end) => end > at);
  return load.partitions[index] as number;
}
