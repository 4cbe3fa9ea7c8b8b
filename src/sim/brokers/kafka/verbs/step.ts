/** Reading the steps and states of recorded cases, which come as unknown JSON. */

export type Step = Record<string, unknown>;
export type Answer = Record<string, unknown> | 'not-modelled';

/** One conversation: each step is said once, in order. */
export interface KafkaCase {
  do(step: Step): Answer;
}

export const NOT_MODELLED = 'not-modelled';

export function recordOf(value: unknown): Step {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Step) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
