/**
 * The digest of a run: four 32-bit lanes over every word of every record in order, then over the names and keys that
 * the records speak of. A change detector, not cryptography: each lane takes every fourth word through
 * multiply-rotate-xor steps (the shape of MurmurHash3), which no engine computes differently.
 */
import type { KeyTable } from '#sim/messaging/keys.ts';
import type { Names } from '#sim/base/names.ts';
import { avalanche } from '#sim/kernel/name-hash.ts';
import type { Block } from '#sim/trace/block.ts';
import { RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** Four lanes; plain data, part of every checkpoint. */
export type DigestState = Int32Array;

export function createDigest(): DigestState {
  return Int32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
}

/** Takes rows `from` to `to` of a block. */
export function digestRows(state: DigestState, block: Block, from: number, to: number): void {
  const words = block.ints;
  let p = state[0] as number;
  let q = state[1] as number;
  let r = state[2] as number;
  let s = state[3] as number;
  const end = to * RECORD_WORDS;
  for (let i = from * RECORD_WORDS; i < end; i += 4) {
    p = Math.imul(p ^ (words[i] as number), 0x9e3779b1);
    q = Math.imul(q ^ (words[i + 1] as number), 0x85ebca6b);
    r = Math.imul(r ^ (words[i + 2] as number), 0xc2b2ae35);
    s = Math.imul(s ^ (words[i + 3] as number), 0x27d4eb2f);
    p = (p << 13) | (p >>> 19);
    q = (q << 15) | (q >>> 17);
    r = (r << 16) | (r >>> 16);
    s = (s << 18) | (s >>> 14);
  }
  state[0] = p;
  state[1] = q;
  state[2] = r;
  state[3] = s;
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
