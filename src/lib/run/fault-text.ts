/** A fault put into a document's text: at the end, so that every other fault keeps its number. */
import type { FaultWords } from '#lib/run/session.ts';

export function withFault(text: string, fault: FaultWords): string {
  const document = JSON.parse(text) as Record<string, unknown>;
  const faults: unknown = document['faults'];
  const before: unknown[] = Array.isArray(faults) ? faults : [];
  return `${JSON.stringify({ ...document, faults: [...before, fault] }, null, 2)}\n`;
}

/** Durations are written in whole microseconds, so that the file says exactly when it struck. */
export function strikesAt(fault: FaultWords, time: number): FaultWords {
  return { ...fault, at: `${time}us` };
}
