/**
 * In what the documents differ, setting by setting: titles, questions, layout and what the files expect are not part of
 * it, because a run does not depend on them. Where a whole part is missing in one of them, the part is the difference.
 */
export interface Difference {
  /** JSON pointer: `/carry/kafka/consume/payment/config/group.protocol`. */
  readonly pointer: string;
  /** The setting's own name: the pointer's last word that is no number. */
  readonly name: string;
  /** By document: as the file writes it; null = it does not. */
  readonly values: readonly (string | null)[];
}

const BESIDE_THE_RUN = ['$schema', 'title', 'question', 'about', 'layout', 'views', 'made', 'expect'];
/** Characters of a value: a whole part is told by its beginning. */
const MOST = 90;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfParts(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null);
}

/** What stands inside, by name; null where the value is one thing. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (isObject(value)) return new Map(Object.entries(value));
  if (isListOfParts(value)) return new Map(value.map((item, i) => [String(i), item]));
  return null;
}

function asWritten(value: unknown): string | null {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST ? text : `${text.slice(0, MOST)} …`;
}

function nameOf(path: readonly string[]): string {
  const numbered = path.findLastIndex((word) => !/^\d+$/.test(word));
  return path.slice(Math.max(0, numbered)).join('/');
}

const escaped = (word: string): string => word.replaceAll('~', '~0').replaceAll('/', '~1');

export function differencesOf(documents: readonly Readonly<Record<string, unknown>>[]): Difference[] {
  const found: Difference[] = [];
  const compare = (values: readonly unknown[], path: readonly string[]): void => {
    const texts = values.map((value) => (value === undefined ? null : JSON.stringify(value)));
    if (texts.every((text) => text === texts[0])) return;
    const parts = values.map(partsOf);
    if (parts.every((part) => part !== null)) {
      const names = new Set(parts.flatMap((part) => [...part.keys()]));
      for (const name of names) {
        if (path.length === 0 && BESIDE_THE_RUN.includes(name)) continue;
        compare(
          parts.map((part) => part.get(name)),
          [...path, name],
        );
      }
      return;
    }
    found.push({
      pointer: `/${path.map(escaped).join('/')}`,
      name: nameOf(path),
      values: values.map(asWritten),
    });
  };
  compare(documents, []);
  return found;
}

/** Differences of one name with the same values, told once: two services that are set alike. */
export interface SettingDifference {
  readonly name: string;
  readonly values: readonly (string | null)[];
  readonly pointers: readonly string[];
}

export function settingsThatDiffer(differences: readonly Difference[]): SettingDifference[] {
  const found = new Map<string, { name: string; values: readonly (string | null)[]; pointers: string[] }>();
  for (const { name, values, pointer } of differences) {
    const key = JSON.stringify([name, values]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { name, values, pointers: [pointer] });
    else known.pointers.push(pointer);
  }
  return [...found.values()];
}
