import { describe, expect, it } from 'vitest';
import { createNames } from '#sim/base/names.ts';
import { createKeyTable } from '#sim/messaging/keys.ts';
import { rowAt, type Block } from '#sim/trace/block.ts';
import { digestText } from '#sim/trace/digest.ts';
import * as emitters from '#sim/trace/emit.ts';
import type { Fold } from '#sim/trace/fold.ts';
import { TraceRecorder, type TraceLevel } from '#sim/trace/recorder.ts';
import { Kind, shapes, type KindName } from '#sim/trace/vocabulary.ts';

const RECORDS = 5000;

function write(recorder: TraceRecorder, count: number, change = -1): void {
  for (let i = 0; i < count; i += 1) {
    recorder.write(i % 7, 3, i, i - 1, -1, i === change ? -2 : i, i, 1, 2, 3, 4, 5, 6, i * 0.5);
    if (i % 611 === 0) recorder.settle();
  }
  recorder.settle();
}

function digest(recorder: TraceRecorder): string {
  return digestText(recorder.state.digest, ['a'], createNames(), createKeyTable(), recorder.records);
}

class Counting implements Fold {
  readonly kinds: readonly KindName[] = ['produce', 'append'];
  state = { seen: [] as number[] };

  fold(block: Block, rows: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) this.state.seen.push(block.first + (rows[i] as number));
  }
}

/** Takes produce and append apart, but not where a confirm is among them. */
class Apart implements Fold {
  readonly kinds: readonly KindName[] = ['produce', 'append', 'confirm'];
  readonly apart: readonly (readonly KindName[])[] = [['append'], ['produce']];
  state = { calls: [] as number[][] };

  fold(block: Block, rows: Int32Array, count: number): void {
    this.state.calls.push(Array.from(rows.subarray(0, count), (row) => block.first + row));
  }
}

describe('recorder', () => {
  it('[TRACE-1] digest and folds are the same at every level and however often somebody asks', () => {
    const results = (['full', 'window', 'none'] as TraceLevel[]).map((level) => {
      const recorder = new TraceRecorder(level);
      const fold = new Counting();
      recorder.attach([fold]);
      write(recorder, RECORDS);
      return { digest: digest(recorder), seen: fold.state.seen };
    });
    const expected = Array.from({ length: RECORDS }, (_, i) => i).filter((i) => i % 7 === 1 || i % 7 === 4);
    for (const result of results) expect(result).toEqual({ digest: results[0]?.digest, seen: expected });
  });

  it('[TRACE-2] one word of one record changes the digest', () => {
    const straight = new TraceRecorder('none');
    write(straight, RECORDS);
    const changed = new TraceRecorder('none');
    write(changed, RECORDS, 4321);
    expect(digest(changed)).not.toBe(digest(straight));
  });

  it('[TRACE-3] level full stores every record with its seq', () => {
    const recorder = new TraceRecorder('full');
    write(recorder, RECORDS);
    const rows = recorder
      .blocks()
      .flatMap((block) => Array.from({ length: block.count }, (_, i) => rowAt(block, i)));
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: RECORDS }, (_, i) => i));
    expect(rows[4999]).toMatchObject({ at: 4999, value: 2499.5, mid: 4999, cause: 4998, a: 1, f: 6 });
  });

  it('[TRACE-4] a watcher hears of a watched record before the writer goes on', () => {
    const recorder = new TraceRecorder('none');
    const heard: number[] = [];
    recorder.watch([Kind.append], (seq) => heard.push(seq));
    const seqs = [recorder.write(4, 0, 0, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0)];
    expect(heard).toEqual(seqs);
    recorder.write(5, 0, 0, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(heard).toEqual(seqs);
  });

  it('[TRACE-6] a fold is told of its kinds one after another unless another one of its kinds is in the span', () => {
    const recorder = new TraceRecorder('none');
    const fold = new Apart();
    recorder.attach([new Counting(), fold]);
    const say = (kinds: readonly number[]): void => {
      for (const kind of kinds) recorder.write(kind, 0, 0, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      recorder.settle();
    };
    say([Kind.produce, Kind.append, Kind.step, Kind.produce]);
    say([Kind.produce, Kind.append, Kind.confirm, Kind.produce]);
    say([Kind.step]);
    say([Kind.produce]);
    expect(fold.state.calls).toEqual([[1], [0, 3], [4, 5, 6, 7], [9]]);
  });

  it('[TRACE-5] every kind has its own number and an emitter of its name', () => {
    const numbers = Object.values(shapes).map((shape) => shape.number);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const name of Object.keys(shapes) as KindName[]) {
      expect(shapes[name].number).toBe(Kind[name]);
      expect(shapes[name].fields.length).toBeLessThanOrEqual(6);
    }
    const emitted = new Set(Object.keys(emitters));
    expect(Object.keys(shapes).filter((name) => !emitted.has(name))).toEqual([]);
  });
});
