/** What there is to choose from, read when the site is built: names, titles, and which brokers can carry a file. */
import { experimentOf } from '../experiments/experiment.ts';

const documents = import.meta.glob<Readonly<Record<string, unknown>>>(
  ['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'],
  { eager: true, import: 'default' },
);

export interface FileChoice {
  readonly name: string;
  readonly title: string;
  readonly theme: string;
  /** Names of the brokers that can carry it. */
  readonly carriers: readonly string[];
}

export function load(): { readonly choices: readonly FileChoice[] } {
  const choices = Object.entries(documents).map(([path, document]): FileChoice => {
    const { name, title, theme } = experimentOf(path, document);
    const carry = document['carry'];
    const carriers = typeof carry === 'object' && carry !== null ? Object.keys(carry) : [];
    return { name, title, theme, carriers };
  });
  return { choices: choices.sort((a, b) => order(a.theme, b.theme) || order(a.title, b.title)) };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
