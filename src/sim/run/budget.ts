/**
 * Budgets: reaching one is a reported outcome, never a hang or a crash. The defaults leave room for the largest
 * benchmark (a million messages, about six million events) and keep a stored trace below half a gigabyte.
 */
export interface Budget {
  readonly events: number;
  readonly messages: number;
  /** Records of 64 bytes that level `full` stores. */
  readonly storedRecords: number;
}

export const defaultBudget: Budget = { events: 50_000_000, messages: 4_000_000, storedRecords: 8_000_000 };
