/** Every calculator, by group in the order of the list. The queue model comes first and has a page of its own. */
import type { Calculator, Group } from '#lib/calculators/calculator.ts';
import { capacity } from '#lib/calculators/capacity.ts';
import { decision } from '#lib/calculators/decision.ts';
import { reliability } from '#lib/calculators/reliability.ts';

export const calculators: readonly Calculator[] = [...capacity, ...reliability, ...decision];

export const GROUPS: readonly Group[] = ['Queues and capacity', 'Reliability', 'Operation', 'Decision'];

export function calculatorNamed(id: string): Calculator | null {
  return calculators.find((one) => one.id === id) ?? null;
}
