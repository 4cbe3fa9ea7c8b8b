/**
 * Drafts, runs and settings in IndexedDB, shared by all tabs. Every answer is a value or a trouble; nothing throws. A
 * draft that another tab has written since it was read is not overwritten: the last writer keeps the name, the other
 * version stays beside it as a draft of its own.
 */
import { openDB, type IDBPDatabase } from 'idb';
import {
  SHELF_NAME,
  SHELF_VERSION,
  type Draft,
  type Setting,
  type ShelfLayout,
  type StoredRun,
} from '#lib/storage/shelf-layout.ts';
import {
  BLOCKED,
  CLOSED,
  kept,
  lost,
  NO_STORAGE,
  OUTDATED,
  troubleOf,
  type Kept,
  type Trouble,
} from '#lib/storage/trouble.ts';
import { shelfWords } from '#lib/storage/words.ts';

export interface ShelfOptions {
  readonly name?: string;
  /** Wall time in milliseconds. */
  readonly clock?: () => number;
  readonly newId?: () => string;
}

/** Told to other tabs after each change. */
export interface ShelfNews {
  readonly store: 'drafts' | 'runs' | 'settings' | 'all';
  readonly id: string;
}

export interface SavedDraft {
  readonly draft: Draft;
  /** Another tab's version that was kept beside it; null in the ordinary case. */
  readonly beside: Draft | null;
}

type Database = IDBPDatabase<ShelfLayout>;

export class Shelf {
  #database: Database | null = null;
  #trouble: Trouble | null = null;
  readonly #channel: BroadcastChannel | null;
  readonly #clock: () => number;
  readonly #newId: () => string;
  readonly #listeners = new Set<(news: ShelfNews) => void>();

  private constructor(options: ShelfOptions) {
    this.#clock = options.clock ?? (() => Date.now());
    this.#newId = options.newId ?? (() => crypto.randomUUID());
    this.#channel =
      typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(options.name ?? SHELF_NAME);
    if (this.#channel) {
      this.#channel.onmessage = (event: MessageEvent<ShelfNews>) => {
        for (const listener of this.#listeners) listener(event.data);
      };
    }
  }

  /** Always gives a shelf; one that could not be opened says why at every use, and `reopen` tries again. */
  static async open(options: ShelfOptions = {}): Promise<Shelf> {
    const shelf = new Shelf(options);
    await shelf.reopen(options.name);
    return shelf;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  async reopen(name = SHELF_NAME): Promise<void> {
    this.#database?.close();
    this.#database = null;
    if (typeof indexedDB === 'undefined') {
      this.#trouble = NO_STORAGE;
      return;
    }
    let inTheWay: (trouble: Trouble) => void = () => undefined;
    const blocked = new Promise<Trouble>((resolve) => (inTheWay = resolve));
    const opening = openShelf(
      name,
      () => inTheWay(BLOCKED),
      (trouble) => this.#leave(trouble),
    );
    try {
      const first = await Promise.race([opening, blocked]);
      if (!('kind' in first)) {
        this.#database = first;
        this.#trouble = null;
        return;
      }
      this.#trouble = first;
      // It opens after all once the other tabs are gone; then a later try finds it free.
      opening.then((late) => late.close()).catch(() => undefined);
    } catch (error) {
      this.#trouble = await troubleOf(error);
    }
  }

  /** A newer tab needs the database, or the browser closed it: let go, so that nobody is blocked. */
  #leave(trouble: Trouble): void {
    this.#database?.close();
    this.#database = null;
    this.#trouble = trouble;
  }

  /** Hears what other tabs changed. The answer stops it. */
  listen(listener: (news: ShelfNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
    this.#trouble = CLOSED;
    this.#channel?.close();
  }

  async #use<T>(work: (database: Database) => Promise<T>, news?: ShelfNews): Promise<Kept<T>> {
    const database = this.#database;
    if (database === null) return lost(this.#trouble ?? CLOSED);
    try {
      const value = await work(database);
      if (news) this.#channel?.postMessage(news);
      return kept(value);
    } catch (error) {
      return lost(await troubleOf(error));
    }
  }

  newId(): string {
    return this.#newId();
  }

  /**
   * Saves a draft. `readRevision` is the revision that this tab last read or wrote, 0 for a new one: where the shelf holds
   * another, that version is kept beside under a name that says so.
   */
  saveDraft(draft: Omit<Draft, 'savedAt' | 'revision'>, readRevision: number): Promise<Kept<SavedDraft>> {
    return this.#use(
      async (database) => {
        const transaction = database.transaction('drafts', 'readwrite');
        const savedAt = this.#clock();
        const there = await transaction.store.get(draft.id);
        const overtaken = there !== undefined && there.revision !== readRevision && there.text !== draft.text;
        const beside = overtaken ? { ...there, ...this.#nameBeside(there) } : null;
        const saved: Draft = { ...draft, savedAt, revision: (there?.revision ?? 0) + 1 };
        await Promise.all([
          ...(beside ? [transaction.store.put(beside)] : []),
          transaction.store.put(saved),
          transaction.done,
        ]);
        return { draft: saved, beside };
      },
      { store: 'drafts', id: draft.id },
    );
  }

  #nameBeside(draft: Draft): Pick<Draft, 'id' | 'name'> {
    const time = new Date(draft.savedAt).toISOString().slice(11, 19);
    return { id: this.#newId(), name: shelfWords.otherTab(draft.name, `${time} UTC`) };
  }

  readDraft(id: string): Promise<Kept<Draft | null>> {
    return this.#use(async (database) => (await database.get('drafts', id)) ?? null);
  }

  /** Newest first. */
  drafts(): Promise<Kept<readonly Draft[]>> {
    return this.#use(async (database) => (await database.getAllFromIndex('drafts', 'savedAt')).reverse());
  }

  removeDraft(id: string): Promise<Kept<void>> {
    return this.#use((database) => database.delete('drafts', id), { store: 'drafts', id });
  }

  /** Its text and revision stay, so that a tab that works on it is not overtaken. */
  renameDraft(id: string, name: string): Promise<Kept<void>> {
    return this.#use(
      async (database) => {
        const { store, done } = database.transaction('drafts', 'readwrite');
        const there = await store.get(id);
        await Promise.all([there && store.put({ ...there, name }), done]);
      },
      { store: 'drafts', id },
    );
  }

  /** The same file, seed and digest is one run, however often it ran. */
  saveRun(run: Omit<StoredRun, 'id' | 'ranAt'>): Promise<Kept<StoredRun>> {
    const id = `${run.digest}:${run.seed}:${run.version}`;
    const stored: StoredRun = { ...run, id, ranAt: this.#clock() };
    return this.#use(
      async (database) => {
        await database.put('runs', stored);
        return stored;
      },
      { store: 'runs', id },
    );
  }

  /** Newest first. */
  runs(): Promise<Kept<readonly StoredRun[]>> {
    return this.#use(async (database) => (await database.getAllFromIndex('runs', 'ranAt')).reverse());
  }

  removeRun(id: string): Promise<Kept<void>> {
    return this.#use((database) => database.delete('runs', id), { store: 'runs', id });
  }

  renameRun(id: string, name: string): Promise<Kept<void>> {
    return this.#use(
      async (database) => {
        const { store, done } = database.transaction('runs', 'readwrite');
        const there = await store.get(id);
        await Promise.all([there && store.put({ ...there, name }), done]);
      },
      { store: 'runs', id },
    );
  }

  saveSetting(name: string, value: Setting): Promise<Kept<void>> {
    return this.#use(
      async (database) => {
        await database.put('settings', { name, value });
      },
      { store: 'settings', id: name },
    );
  }

  removeSetting(name: string): Promise<Kept<void>> {
    return this.#use((database) => database.delete('settings', name), { store: 'settings', id: name });
  }

  settings(): Promise<Kept<Readonly<Record<string, Setting>>>> {
    return this.#use(async (database) => {
      const all = await database.getAll('settings');
      return Object.fromEntries(all.map(({ name, value }) => [name, value]));
    });
  }

  /** Everything at one moment. */
  everything(): Promise<
    Kept<{ drafts: Draft[]; runs: StoredRun[]; settings: ShelfLayout['settings']['value'][] }>
  > {
    return this.#use(async (database) => {
      const transaction = database.transaction(['drafts', 'runs', 'settings']);
      const [drafts, runs, settings] = await Promise.all([
        transaction.objectStore('drafts').getAll(),
        transaction.objectStore('runs').getAll(),
        transaction.objectStore('settings').getAll(),
      ]);
      return { drafts, runs, settings };
    });
  }

  /** All of these or none of them. */
  putAll(
    drafts: readonly Draft[],
    runs: readonly StoredRun[],
    settings: readonly ShelfLayout['settings']['value'][],
  ): Promise<Kept<void>> {
    return this.#use(
      async (database) => {
        const transaction = database.transaction(['drafts', 'runs', 'settings'], 'readwrite');
        await Promise.all([
          ...drafts.map((draft) => transaction.objectStore('drafts').put(draft)),
          ...runs.map((run) => transaction.objectStore('runs').put(run)),
          ...settings.map((setting) => transaction.objectStore('settings').put(setting)),
          transaction.done,
        ]);
      },
      { store: 'all', id: '' },
    );
  }
}

function openShelf(name: string, blocked: () => void, leave: (trouble: Trouble) => void): Promise<Database> {
  return openDB<ShelfLayout>(name, SHELF_VERSION, {
    upgrade(database) {
      database.createObjectStore('drafts', { keyPath: 'id' }).createIndex('savedAt', 'savedAt');
      database.createObjectStore('runs', { keyPath: 'id' }).createIndex('ranAt', 'ranAt');
      database.createObjectStore('settings', { keyPath: 'name' });
    },
    blocked,
    blocking: () => leave(OUTDATED),
    terminated: () => leave(CLOSED),
  });
}
