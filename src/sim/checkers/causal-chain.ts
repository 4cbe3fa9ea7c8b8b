/**
 * The smallest causal chain that explains an anomaly. A record has up to two parents, `cause` and `also`; the anomaly's
 * pairs say which records must stay connected (produce → first effect, produce → second effect, crash → second effect).
 * The chain is the union of one shortest path a pair, thinned out until removing any record but an end breaks the
 * connection of some pair. Connection is monotone, so one pass in ascending order is enough, and it is deterministic.
 *
 * Roots: a crash, pause or fault that is an ancestor of the violating record and later than the first record of every
 * pair is added as a pair of its own (the latest one), and so is the fault behind a process change. A pair without a
 * path, or whose records are no longer stored, contributes its two ends as plain facts.
 */
import { A, ALSO, B, CAUSE, KIND, type Block } from '#sim/trace/block.ts';
import { Kind, ProcessState, RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import type { Pair } from '#sim/checkers/verdict.ts';

export interface Explained {
  readonly first: { readonly seq: number };
  readonly pairs: readonly Pair[];
}

export interface Explanation {
  /** Seqs in ascending order. */
  readonly chain: readonly number[];
  /** False where a record of the chain is not stored (trace levels `window` and `none`). */
  readonly complete: boolean;
}

/** Explains one anomaly from the stored blocks of its run (`TraceRecorder.blocks()`). */
export function explain(anomaly: Explained, blocks: readonly Block[]): Explanation {
  const trace = new StoredTrace(blocks);
  const pairs = [...anomaly.pairs, ...rootPairs(anomaly, trace)];
  if (pairs.length === 0) pairs.push({ from: anomaly.first.seq, to: anomaly.first.seq });
  const chain = smallestChain(pairs, (seq, which) => trace.parent(seq, which));
  return { chain, complete: chain.every((seq) => trace.has(seq)) };
}

/** The parents of a record: `which` 0 = cause, 1 = also; -1 = none. */
export type Parents = (seq: number, which: 0 | 1) => number;

/** Ends of all pairs and, between connected ones, what is needed to keep them connected; ascending. */
export function smallestChain(pairs: readonly Pair[], parents: Parents): number[] {
  const ends = new Set<number>();
  const kept = new Set<number>();
  const connected: Pair[] = [];
  for (const pair of pairs) {
    ends.add(pair.from).add(pair.to);
    const path = shortestPath(pair, parents);
    if (path === null) continue;
    connected.push(pair);
    for (const seq of path) kept.add(seq);
  }
  for (const end of ends) kept.add(end);
  for (const seq of [...kept].sort((a, b) => a - b)) {
    if (ends.has(seq)) continue;
    kept.delete(seq);
    if (!connected.every((pair) => isConnected(pair, kept, parents))) kept.add(seq);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Breadth first from effect to cause; parents have lower seqs, so nothing before `from` needs to be looked at. */
function shortestPath(pair: Pair, parents: Parents): number[] | null {
  const { from, to } = pair;
  if (from === to) return [from];
  if (from > to || from < 0) return null;
  const towards = new Int32Array(to - from + 1).fill(-1);
  const queue = [to];
  for (let head = 0; head < queue.length; head += 1) {
    const seq = queue[head] as number;
    for (const which of [0, 1] as const) {
      const parent = parents(seq, which);
      if (parent < from || parent >= seq || towards[parent - from] !== -1) continue;
      towards[parent - from] = seq;
      if (parent === from) return walk(from, to, towards);
      queue.push(parent);
    }
  }
  return null;
}

function walk(from: number, to: number, towards: Int32Array): number[] {
  const path = [from];
  for (let seq = from; seq !== to;) {
    seq = towards[seq - from] as number;
    path.push(seq);
  }
  return path;
}

function isConnected(pair: Pair, within: ReadonlySet<number>, parents: Parents): boolean {
  const seen = new Set([pair.to]);
  const stack = [pair.to];
  for (let seq = stack.pop(); seq !== undefined; seq = stack.pop()) {
    if (seq === pair.from) return true;
    for (const which of [0, 1] as const) {
      const parent = parents(seq, which);
      if (parent < pair.from || parent >= seq || !within.has(parent) || seen.has(parent)) continue;
      seen.add(parent);
      stack.push(parent);
    }
  }
  return false;
}

function rootPairs(anomaly: Explained, trace: StoredTrace): Pair[] {
  const to = anomaly.first.seq;
  let since = to;
  for (const pair of anomaly.pairs) if (pair.from < since) since = pair.from;
  const added: Pair[] = [];
  const down = latestAncestor(to, since, trace, (seq) => trace.isFault(seq) || trace.isDown(seq));
  if (down >= 0) added.push({ from: down, to });
  const changes = new Set(
    [...anomaly.pairs.map((pair) => pair.from), down].filter((seq) => trace.isDown(seq)),
  );
  for (const change of changes) {
    const fault = latestAncestor(change, -1, trace, (seq) => trace.isFault(seq));
    if (fault >= 0) added.push({ from: fault, to: change });
  }
  return added;
}

/** The latest proper ancestor of `of` behind `since` that is wanted, -1 = none. */
function latestAncestor(
  of: number,
  since: number,
  trace: StoredTrace,
  wanted: (seq: number) => boolean,
): number {
  const seen = new Set<number>();
  const stack = [of];
  let latest = -1;
  for (let seq = stack.pop(); seq !== undefined; seq = stack.pop()) {
    for (const which of [0, 1] as const) {
      const parent = trace.parent(seq, which);
      if (parent <= since || parent < 0 || parent <= latest || seen.has(parent)) continue;
      seen.add(parent);
      if (wanted(parent)) latest = parent;
      else stack.push(parent);
    }
  }
  return latest;
}

class StoredTrace {
  private readonly blocks: readonly Block[];

  constructor(blocks: readonly Block[]) {
    this.blocks = blocks.filter((block) => block.count > 0);
  }

  has(seq: number): boolean {
    return this.word(seq, KIND) > 0;
  }

  parent(seq: number, which: 0 | 1): number {
    return this.word(seq, which === 0 ? CAUSE : ALSO);
  }

  isFault(seq: number): boolean {
    return this.word(seq, KIND) === Kind.fault && this.word(seq, B) === 1;
  }

  /** A process crashed or was paused. */
  isDown(seq: number): boolean {
    const state = this.word(seq, A);
    return (
      this.word(seq, KIND) === Kind.process &&
      (state === ProcessState.crashed || state === ProcessState.paused)
    );
  }

  private word(seq: number, word: number): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.blocks[middle] as Block;
      if (seq < block.first) high = middle - 1;
      else if (seq >= block.first + block.count) low = middle + 1;
      else return block.ints[(seq - block.first) * RECORD_WORDS + word] as number;
    }
    return -1;
  }
}
