/**
 * What can go wrong with a browser's storage, as values: no storage at all, another tab in the way, no space left, closed
 * by the browser. Work is never dropped because of it; every sentence says where it is instead.
 */
import { shelfWords } from '#lib/storage/words.ts';

export interface Trouble {
  readonly kind: 'none' | 'blocked' | 'outdated' | 'full' | 'closed' | 'failed';
  readonly sentence: string;
}

export type Kept<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble };

export function kept<T>(value: T): Kept<T> {
  return { ok: true, value };
}

export function lost<T>(trouble: Trouble): Kept<T> {
  return { ok: false, trouble };
}

export const NO_STORAGE: Trouble = { kind: 'none', sentence: shelfWords.none };
export const BLOCKED: Trouble = { kind: 'blocked', sentence: shelfWords.blocked };
export const OUTDATED: Trouble = { kind: 'outdated', sentence: shelfWords.outdated };
export const CLOSED: Trouble = { kind: 'closed', sentence: shelfWords.closed };

export async function troubleOf(error: unknown): Promise<Trouble> {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return { kind: 'full', sentence: shelfWords.full(await usage()) };
  if (name === 'InvalidStateError') return CLOSED;
  if (name === 'VersionError') return OUTDATED;
  if (name === 'SecurityError' || name === 'NotAllowedError') return NO_STORAGE;
  return {
    kind: 'failed',
    sentence: shelfWords.failed(error instanceof Error ? error.message : String(error)),
  };
}

/** " (3.1 of 3.2 MB)", or nothing where the browser does not say. */
async function usage(): Promise<string> {
  try {
    const { usage: used, quota } = await navigator.storage.estimate();
    if (used === undefined || quota === undefined) return '';
    return shelfWords.used((used / 1e6).toFixed(1), (quota / 1e6).toFixed(1));
  } catch {
    return '';
  }
}
