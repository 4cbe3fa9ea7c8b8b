// Random words, uint32. Sequential streams are xoshiro128**, one row of four words a name, started from
// (seed, name) alone: neither other streams nor the order of making them matters. Stateless draws are Threefry blocks under the
// key (seed, name) at the counter (n, owner, attempt, index / 4): the same item meets the same luck everywhere.
// What the words become is in uniform.ts and distribution.ts. Not for secrets.

import { assert } from '#sim/base/assert.ts';
import { hashName, hashNameAgain } from '#sim/kernel/name-hash.ts';
import { threefry } from '#sim/kernel/threefry.ts';
import { nextUint32 } from '#sim/kernel/xoshiro.ts';

/** Where a distribution gets its words from. Reused by its maker: draw at once, never keep one. */
export interface Source {
  /** The next word, 0 to 2^32 - 1. */
  next(): number;
}

/** All streams of a run: plain data. `rows` finds a name's row; state and keys are columns by row. */
export interface StreamTable {
  readonly seed: number;
  readonly rows: Map<string, number>;
  /** Four words a row. */
  state: Int32Array;
  /** The name's two hashes a row. */
  keys: Int32Array;
}

const FIRST_ROWS = 16;
/** A stream starts from the block that stateless draws would reach after 2^34 words of one attempt. */
const START_BLOCK = -1;
const TWO_32 = 4294967296;
const block = new Int32Array(4);

/** `seed` is any integer from 0 to 2^53 - 1; different seeds give different streams. */
export function createStreamTable(seed: number): StreamTable {
  assert(Number.isSafeInteger(seed) && seed >= 0, '[RANDOM-1] a seed is an integer from 0 to 2^53 - 1');
  return {
    seed,
    rows: new Map(),
    state: new Int32Array(4 * FIRST_ROWS),
    keys: new Int32Array(2 * FIRST_ROWS),
  };
}

/** A copy that later draws and later streams of the original leave alone. */
export function copyStreamTable(table: StreamTable): StreamTable {
  return {
    seed: table.seed,
    rows: new Map(table.rows),
    state: table.state.slice(),
    keys: table.keys.slice(),
  };
}

/** The row of the stream called `name`, started on first sight. */
export function streamRow(table: StreamTable, name: string): number {
  const known = table.rows.get(name);
  if (known !== undefined) return known;
  const row = table.rows.size;
  if (4 * row === table.state.length) {
    table.state = doubled(table.state);
    table.keys = doubled(table.keys);
  }
  const first = hashName(name);
  const second = hashNameAgain(name);
  const high = Math.floor(table.seed / TWO_32);
  threefry(block, table.seed | 0, high, first, second, START_BLOCK, START_BLOCK, START_BLOCK, START_BLOCK);
  // All zero is the one state that xoshiro never leaves.
  if (((block[0] as number) | (block[1] as number) | (block[2] as number) | (block[3] as number)) === 0)
    block[0] = 1;
  table.state.set(block, 4 * row);
  table.keys[2 * row] = first;
  table.keys[2 * row + 1] = second;
  table.rows.set(name, row);
  return row;
}

function doubled(words: Int32Array): Int32Array {
  const grown = new Int32Array(2 * words.length);
  grown.set(words);
  return grown;
}

class StreamSource implements Source {
  state: Int32Array = block;
  base = 0;

  next(): number {
    return nextUint32(this.state, this.base);
  }
}

class DrawSource implements Source {
  readonly words = new Int32Array(4);
  seedLow = 0;
  seedHigh = 0;
  first = 0;
  second = 0;
  owner = 0;
  n = 0;
  attempt = 0;
  index = 0;

  next(): number {
    const at = this.index;
    this.index = at + 1;
    if ((at & 3) === 0) {
      const { words, seedLow, seedHigh, first, second, n, owner, attempt } = this;
      threefry(words, seedLow, seedHigh, first, second, n, owner, attempt, at >>> 2);
    }
    return (this.words[at & 3] as number) >>> 0;
  }
}

const streamSource = new StreamSource();
const drawing = new DrawSource();

/** The sequential stream at `row`. One reused object, valid until the next call or the next new stream. */
export function sequentialSource(table: StreamTable, row: number): Source {
  streamSource.state = table.state;
  streamSource.base = 4 * row;
  return streamSource;
}

/**
 * The stateless words of attempt `attempt` of item `n` of `owner` under the stream at `row`: whatever was drawn
 * before, here or elsewhere, they are the same. `owner` is taken modulo 2^32 and must not depend on what else
 * exists: a name's hash, not a row. One reused object, valid until the next call.
 */
export function drawSource(
  seed: number,
  table: StreamTable,
  row: number,
  owner: number,
  n: number,
  attempt: number,
): Source {
  assert(
    n >>> 0 === n && attempt >>> 0 === attempt,
    '[RANDOM-2] item and attempt are unsigned 32-bit integers',
  );
  drawing.seedLow = seed | 0;
  drawing.seedHigh = Math.floor(seed / TWO_32);
  drawing.first = table.keys[2 * row] as number;
  drawing.second = table.keys[2 * row + 1] as number;
  drawing.owner = owner | 0;
  drawing.n = n | 0;
  drawing.attempt = attempt | 0;
  drawing.index = 0;
  return drawing;
}
