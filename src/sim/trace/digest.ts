/**
 * The digest of a run: four 32-bit lanes over every word of every record in order, then over the names and keys that
 * the records speak of. A change detector, not cryptography: each lane takes every fourth word through
 * xor, multiply, add and shift (in the manner of MurmurHash3), which no engine computes differently. Each of these
 * steps is one to one in the lane and in the word, so that one changed word always shows.
 */
import type { KeyTable } from '#sim/messaging/keys.ts';
import type { Names } from '#sim/base/names.ts';
import { avalanche } from '#sim/kernel/name-hash.ts';

/** Four lanes; plain data, part of every checkpoint. */
export type DigestState = Int32Array;

export function createDigest(): DigestState {
  return Int32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
}

/** Takes the record at word `base` of a block, two words a multiplication; the integer fields are given, as they are at hand. */
export function digestRecord(
  lanes: DigestState,
  words: Int32Array,
  base: number,
  kind: number,
  entity: number,
  cause: number,
  also: number,
  mid: number,
  lid: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
): void {
  const p = (Math.imul((lanes[0] as number) ^ (words[base] as number), 0x9e3779b1) + (mid | 0)) | 0;
  const q = (Math.imul((lanes[1] as number) ^ (words[base + 1] as number), 0x85ebca6b) + (lid | 0)) | 0;
  const r = (Math.imul((lanes[2] as number) ^ (words[base + 2] as number), 0xc2b2ae35) + (a | 0)) | 0;
  const s = (Math.imul((lanes[3] as number) ^ (words[base + 3] as number), 0x27d4eb2f) + (b | 0)) | 0;
  lanes[0] = Math.imul(turned(p) ^ kind, 0x85ebca6b) + (c | 0);
  lanes[1] = Math.imul(turned(q) ^ entity, 0xc2b2ae35) + (d | 0);
  lanes[2] = Math.imul(turned(r) ^ cause, 0x27d4eb2f) + (e | 0);
  lanes[3] = Math.imul(turned(s) ^ also, 0x9e3779b1) + (f | 0);
}

/** High bits come down, where the next multiplication spreads them. */
function turned(lane: number): number {
  return lane ^ (lane >>> 15);
}

function mixText(state: DigestState, text: string): void {
  for (let i = 0; i < text.length; i += 1) mixWord(state, text.charCodeAt(i));
  mixWord(state, -1 - text.length);
}

function mixWord(state: DigestState, word: number): void {
  for (let lane = 0; lane < 4; lane += 1) {
    const mixed = Math.imul((state[lane] as number) ^ (word + lane), 0x9e3779b1);
    state[lane] = mixed ^ (mixed >>> 15);
  }
}

/** Every lane ends up depending on every other (the end of MurmurHash3's 128-bit form). */
function finish(lanes: DigestState): void {
  let [p, q, r, s] = lanes as unknown as [number, number, number, number];
  for (let round = 0; round < 2; round += 1) {
    p = avalanche((p + q + r + s) | 0);
    q = avalanche((q + p) | 0);
    r = avalanche((r + p) | 0);
    s = avalanche((s + p) | 0);
  }
  lanes.set([p, q, r, s]);
}

/** The finished digest as 32 hexadecimal digits; the state goes on unchanged. */
export function digestText(
  state: DigestState,
  entityNames: readonly string[],
  names: Names,
  keys: KeyTable,
  records: number,
): string {
  const final = state.slice();
  mixWord(final, records);
  for (const name of entityNames) mixText(final, name);
  for (const name of names.list) mixText(final, name);
  for (let key = 0; key < keys.prefix.length; key += 1) {
    mixWord(final, keys.prefix.data[key] as number);
    mixWord(final, (keys.number.data[key] as number) | 0);
  }
  finish(final);
  return Array.from(final, (lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
