/**
 * Keeps the open document on the shelf as it changes: shortly after a change, and at once when the page is hidden. What
 * could not be saved stays here and is tried again with the next change; it goes into an export of everything.
 */
import type { Draft } from '#lib/storage/shelf-layout.ts';
import type { Shelf } from '#lib/storage/shelf.ts';
import type { Trouble } from '#lib/storage/trouble.ts';

export type KeeperState =
  /** `beside`: another tab's version that was kept as a draft of its own. */
  | { readonly kind: 'saved'; readonly at: number | null; readonly beside: Draft | null }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

type Work = Omit<Draft, 'savedAt' | 'revision'>;

const PAUSE_MS = 400;

export class DraftKeeper {
  readonly #shelf: Shelf;
  readonly #cell: { state: KeeperState };
  /** By id: what is not saved yet. */
  readonly #pending = new Map<string, Work>();
  readonly #revisions = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    shelf: Shelf,
    cell: { state: KeeperState } = { state: { kind: 'saved', at: null, beside: null } },
  ) {
    this.#shelf = shelf;
    this.#cell = cell;
  }

  get state(): KeeperState {
    return this.#cell.state;
  }

  /** What the shelf does not have yet, for an export of everything. */
  get unsaved(): readonly Draft[] {
    return [...this.#pending.values()].map((work) => ({
      ...work,
      savedAt: 0,
      revision: this.revisionOf(work.id),
    }));
  }

  /** Takes up a draft that was read from the shelf, so that saving it is no surprise to it. */
  resume(draft: Draft): void {
    this.#revisions.set(draft.id, draft.revision);
  }

  /** Ends when no save is under way. */
  get settled(): Promise<void> {
    return this.#saving;
  }

  /** What this tab last read or wrote of a draft; 0 = nothing. */
  revisionOf(id: string): number {
    return this.#revisions.get(id) ?? 0;
  }

  keep(id: string, name: string, text: string): void {
    if (this.#pending.size > 0 && !this.#pending.has(id)) void this.flush();
    this.#pending.set(id, { id, name, text });
    this.#cell.state = { kind: 'waiting' };
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** Saves now: when the page is hidden, before another document opens. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const draft of this.#pending.values()) this.#saving = this.#saving.then(() => this.#save(draft));
    return this.#saving;
  }

  async #save(draft: Work): Promise<void> {
    // A later text of the same draft took its place, or it was saved meanwhile.
    if (this.#pending.get(draft.id) !== draft) return;
    const saved = await this.#shelf.saveDraft(draft, this.revisionOf(draft.id));
    if (!saved.ok) {
      this.#cell.state = { kind: 'trouble', trouble: saved.trouble };
      return;
    }
    this.#revisions.set(draft.id, saved.value.draft.revision);
    if (this.#pending.get(draft.id) === draft) this.#pending.delete(draft.id);
    if (this.#pending.size > 0) return;
    this.#cell.state = { kind: 'saved', at: saved.value.draft.savedAt, beside: saved.value.beside };
  }
}
