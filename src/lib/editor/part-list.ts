/** The parts of a document as the list at the editor's left shows them: groups in reading order, each part with its place. */
import { checkName, faultWords } from '#lib/editor/add-part.ts';
import { isObject, listAt, pointerOf, valueAt, type JsonObject } from '#lib/editor/document-tree.ts';
import { names } from '#lib/editor/part-names.ts';
import { groupWords } from '#lib/editor/words.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export interface PartEntry {
  readonly pointer: string;
  readonly name: string;
  /** Problems at or below it. */
  readonly wrong: number;
}

export interface PartGroup {
  readonly title: string;
  readonly entries: readonly PartEntry[];
}

export function partList(document: JsonObject, problems: readonly Problem[]): readonly PartGroup[] {
  const entry = (name: string, ...keys: (string | number)[]): PartEntry => {
    const pointer = pointerOf(...keys);
    const within = (place: string) => place === pointer || place.startsWith(`${pointer}/`);
    return { pointer, name, wrong: problems.filter((problem) => within(problem.pointer)).length };
  };
  const named = (area: string) => names(document, pointerOf(area)).map((name) => entry(name, area, name));
  const brokers = names(document, '/brokers');
  const topics = brokers.flatMap((broker) => [
    entry(broker, 'brokers', broker),
    ...names(document, pointerOf('brokers', broker, 'topics')).map((topic) =>
      entry(topic, 'brokers', broker, 'topics', topic),
    ),
  ]);
  const carry = names(document, '/carry').map((broker) => entry(`carried by ${broker}`, 'carry', broker));
  const faults = listAt(document, '/faults').map((fault, index) =>
    entry(isObject(fault) ? faultWords(fault) : `fault ${index + 1}`, 'faults', index),
  );
  const checks = listAt(document, '/checks').map((check, index) => entry(checkName(check), 'checks', index));
  const others = ['links', 'goal', 'expect'].filter((key) => valueAt(document, pointerOf(key)) !== undefined);
  const groups: PartGroup[] = [
    { title: groupWords.scenario, entries: [entry('title, seed, horizon')] },
    { title: groupWords.services, entries: named('services') },
    { title: groupWords.brokers, entries: [...topics, ...carry] },
    { title: groupWords.stores, entries: named('stores') },
    { title: groupWords.faults, entries: faults },
    { title: groupWords.checks, entries: checks },
    { title: groupWords.events, entries: named('events') },
    { title: groupWords.data, entries: named('data') },
    { title: groupWords.others, entries: others.map((key) => entry(key, key)) },
  ];
  return groups
    .map((group) => (group.title === groupWords.scenario ? outer(group, problems) : group))
    .filter(({ entries }) => entries.length > 0);
}

/** The scenario itself shows problems of its own outermost values only. */
function outer(group: PartGroup, problems: readonly Problem[]): PartGroup {
  const wrong = problems.filter((problem) => !problem.pointer.slice(1).includes('/')).length;
  return { ...group, entries: group.entries.map((entry) => ({ ...entry, wrong })) };
}

/** The part whose form shows a place: the longest entry around it. */
export function partAround(groups: readonly PartGroup[], pointer: string): string {
  let found = '';
  for (const { entries } of groups) {
    for (const entry of entries) {
      const around = pointer === entry.pointer || pointer.startsWith(`${entry.pointer}/`);
      if (around && entry.pointer.length > found.length) found = entry.pointer;
    }
  }
  return found;
}
