/** What somebody needs to see the same run again: the command, and the link where one can be made. */
export interface Reproduction {
  readonly fileName: string;
  readonly seed: number;
  readonly sentence: string;
  /** Null where the file is too long for a link. */
  readonly link: string | null;
}

/** A file's name as a shell takes it. */
function quoted(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

export function commandOf(fileName: string, seed: number): string {
  return `npm run -s spillway -- run ${quoted(fileName === '' ? 'scenario.json' : fileName)} --seed ${seed}`;
}

export function reproductionText({ fileName, seed, sentence, link }: Reproduction): string {
  return [sentence, commandOf(fileName, seed), ...(link === null ? [] : [link])].join('\n');
}
