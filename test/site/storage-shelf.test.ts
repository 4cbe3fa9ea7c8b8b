/** The shelf on a real IndexedDB implementation: two tabs, trouble as values, everything out and in. */
import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftKeeper } from '#lib/storage/draft-keeper.ts';
import { exportEverything, importEverything } from '#lib/storage/everything.ts';
import { Shelf, type ShelfNews } from '#lib/storage/shelf.ts';
import type { Kept } from '#lib/storage/trouble.ts';

const open: Shelf[] = [];

async function shelf(name = 'test', clock = () => 1_000): Promise<Shelf> {
  let count = 0;
  const one = await Shelf.open({ name, clock, newId: () => `id-${(count += 1)}` });
  open.push(one);
  return one;
}

function value<T>(answer: Kept<T>): T {
  if (!answer.ok) throw new Error(answer.trouble.sentence);
  return answer.value;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

afterEach(() => {
  for (const one of open.splice(0)) one.close();
  vi.restoreAllMocks();
});

const draft = (text: string) => ({ id: 'a', name: 'mine', text });
const run = { name: 'mine', text: '{}', seed: 7, version: '1.0.0', digest: 'abc' };

describe('the shelf', () => {
  it('gives back after a reload what was put on it', async () => {
    const before = await shelf();
    value(await before.saveDraft(draft('one'), 0));
    value(await before.saveRun(run));
    value(await before.saveRun(run));
    value(await before.saveSetting('theme', 'dark'));
    before.close();
    const after = await shelf();
    expect(value(await after.readDraft('a'))).toEqual({ ...draft('one'), savedAt: 1_000, revision: 1 });
    expect(value(await after.runs()).map(({ digest, seed }) => [digest, seed])).toEqual([['abc', 7]]);
    expect(value(await after.settings())).toEqual({ theme: 'dark' });
  });

  it('of two tabs the last writer keeps the name, and both texts stay', async () => {
    const [left, right] = [await shelf(), await shelf()];
    const first = value(await left.saveDraft(draft('start'), 0)).draft;
    value(await right.saveDraft(draft('right'), first.revision));
    const saved = value(await left.saveDraft(draft('left'), first.revision));
    expect(saved.beside).toMatchObject({ text: 'right', name: 'mine (other tab, 00:00:01 UTC)' });
    const texts = value(await left.drafts()).map((one) => [one.id, one.text]);
    expect(texts.sort()).toEqual([
      ['a', 'left'],
      ['id-1', 'right'],
    ]);
  });

  it('saving on top of the own last write keeps nothing beside', async () => {
    const one = await shelf();
    const keeper = new DraftKeeper(one);
    for (const text of ['1', '2', '3']) {
      keeper.keep('a', 'mine', text);
      await keeper.flush();
    }
    expect(keeper.state).toEqual({ kind: 'saved', at: 1_000, beside: null });
    expect(value(await one.drafts()).map((each) => [each.text, each.revision])).toEqual([['3', 3]]);
  });

  it('tells other tabs what changed', async () => {
    const [left, right] = [await shelf('told'), await shelf('told')];
    const news = new Promise<ShelfNews>((resolve) => right.listen(resolve));
    value(await left.saveDraft(draft('x'), 0));
    expect(await news).toEqual({ store: 'drafts', id: 'a' });
  });
});

describe('trouble', () => {
  it('an older version in another tab blocks: a sentence, not a wait', async () => {
    // A tab that does not let go of version 1, while this one asks for version 2.
    const held = await openDB('held', 1, { upgrade: (database) => void database.createObjectStore('x') });
    const real = indexedDB.open.bind(indexedDB);
    vi.spyOn(indexedDB, 'open').mockImplementation((name) => real(name, 2));
    const one = await shelf('held');
    expect(one.trouble?.kind).toBe('blocked');
    const answer = await one.saveDraft(draft('x'), 0);
    expect(!answer.ok && answer.trouble.sentence).toContain('Close the other tabs');
    held.close();
  });

  it('a newer tab gets the database, and this one says so and keeps its work', async () => {
    const one = await shelf('newer');
    const keeper = new DraftKeeper(one);
    const newer = await openDB('newer', 2);
    keeper.keep('a', 'mine', 'precious');
    await keeper.flush();
    expect(keeper.state.kind === 'trouble' && keeper.state.trouble.kind).toBe('outdated');
    expect(keeper.unsaved.map((each) => each.text)).toEqual(['precious']);
    newer.close();
  });

  it('a full disk is reported, the work stays, and the next save succeeds', async () => {
    const one = await shelf('full');
    const keeper = new DraftKeeper(one);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no space', 'QuotaExceededError');
    });
    keeper.keep('a', 'mine', 'precious');
    await keeper.flush();
    expect(keeper.state.kind === 'trouble' && keeper.state.trouble.kind).toBe('full');
    expect(value(await exportEverything(one, keeper.unsaved))).toContain('precious');
    put.mockRestore();
    keeper.keep('a', 'mine', 'precious 2');
    await keeper.flush();
    expect(value(await one.readDraft('a'))?.text).toBe('precious 2');
    expect(keeper.unsaved).toEqual([]);
  });

  it('two documents that could not be saved both stay', async () => {
    const one = await shelf('two');
    one.close();
    const keeper = new DraftKeeper(one);
    keeper.keep('a', 'first', '1');
    keeper.keep('b', 'second', '2');
    await keeper.flush();
    expect(keeper.unsaved.map((each) => each.text)).toEqual(['1', '2']);
  });

  it('a browser without storage is told apart', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const one = await shelf();
    vi.unstubAllGlobals();
    expect(one.trouble?.kind).toBe('none');
    expect((await one.drafts()).ok).toBe(false);
  });

  it('a document that follows quickly does not lose the one before', async () => {
    const one = await shelf('quick');
    const keeper = new DraftKeeper(one);
    keeper.keep('a', 'first', '1');
    keeper.keep('b', 'second', '2');
    await keeper.flush();
    expect(
      value(await one.drafts())
        .map((each) => each.name)
        .sort(),
    ).toEqual(['first', 'second']);
  });
});

describe('everything', () => {
  it('goes out of one browser and into another', async () => {
    const one = await shelf('from');
    value(await one.saveDraft(draft('text'), 0));
    value(await one.saveRun(run));
    value(await one.saveSetting('speed', 0.1));
    const text = value(await exportEverything(one));
    const other = await shelf('to');
    expect(value(await importEverything(other, text))).toEqual({
      drafts: 1,
      runs: 1,
      settings: 1,
      problems: [],
    });
    expect(value(await other.everything())).toEqual(value(await one.everything()));
    expect(value(await importEverything(other, text)).drafts).toBe(0);
  });

  it('keeps both where a draft differs', async () => {
    const one = await shelf('both');
    value(await one.saveDraft(draft('mine'), 0));
    const theirs = { ...draft('theirs'), savedAt: 5, revision: 9 };
    const text = JSON.stringify({ spillway: 'everything', version: 1, drafts: [theirs] });
    expect(value(await importEverything(one, text)).drafts).toBe(1);
    expect(
      value(await one.drafts())
        .map((each) => each.text)
        .sort(),
    ).toEqual(['mine', 'theirs']);
  });

  it.each([
    ['no JSON', '{', '', /not JSON/],
    ['a scenario', '{"version":1,"services":{}}', '', /not an export/],
    ['a newer one', '{"spillway":"everything","version":2}', '', /newer Spillway/],
    [
      'a wrong entry',
      '{"spillway":"everything","version":1,"drafts":[{"id":3}],"runs":7}',
      '/drafts/0',
      /left out/,
    ],
  ])('%s is answered with a place and a sentence', async (_name, text, pointer, sentence) => {
    const one = await shelf('bad');
    const [problem] = value(await importEverything(one, text)).problems;
    expect(problem?.pointer).toBe(pointer);
    expect(problem?.sentence).toMatch(sentence);
  });
});
