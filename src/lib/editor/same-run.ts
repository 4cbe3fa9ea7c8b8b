/** Whether two texts of a document run alike: they differ at most in titles, layout, views and what made them. */
import { essence } from '#sim/scenario/export.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

/** Texts must parse as documents; where one does not, they are not the same. */
export function runsAlike(one: string, other: string): boolean {
  try {
    return essence(JSON.parse(one) as ScenarioDocument) === essence(JSON.parse(other) as ScenarioDocument);
  } catch {
    return false;
  }
}
