/** What the session says to its reader. */
import { formatTime } from '#sim/base/time.ts';
import type { StopReason } from '#worker/protocol.ts';

const limited: Readonly<Partial<Record<StopReason, string>>> = {
  'event-limit': 'events',
  'trace-limit': 'stored records',
  'message-limit': 'messages',
};

export const words = {
  runsAgain: (seed: number): string =>
    `The document changed: seed ${seed} runs again from the beginning, at the same time.`,
  faultAdded: (seed: number, at: number | null): string =>
    at === null
      ? `The fault is in the file; seed ${seed} runs again from the beginning.`
      : `The fault is in the file at ${formatTime(at)}; what was before it stays as it was.`,
  reseeded: (seed: number): string => `The document runs with seed ${seed}, from the beginning.`,
  restarted: (reason: string): string =>
    `${reason} It was started again from file and seed and is computed up to the playhead.`,
  diedTwice: (reason: string): string => `${reason} It was started again and ended the same way.`,
  refused: (file: string, problems: number): string =>
    `${file} was not opened: ${problems === 1 ? 'one problem' : `${problems} problems`}. What was open stays.`,
  limit: (stopped: StopReason, at: number): string =>
    `Stopped at the limit of ${limited[stopped] ?? stopped}, ${formatTime(at)}. Shorten the horizon or the load.`,
} as const;
