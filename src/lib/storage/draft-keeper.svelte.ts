/** The open document's keeper as a signal: where the work is, for the page's one line about saving. */
import { DraftKeeper, type KeeperState } from '#lib/storage/draft-keeper.ts';
import type { Shelf } from '#lib/storage/shelf.ts';

export function keepDrafts(shelf: Shelf): DraftKeeper {
  let state = $state.raw<KeeperState>({ kind: 'saved', at: null, beside: null });
  return new DraftKeeper(shelf, {
    get state() {
      return state;
    },
    set state(next) {
      state = next;
    },
  });
}
