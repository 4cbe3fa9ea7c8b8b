/**
 * The gallery's cards, read from the scenario files when the site is built: the page carries words and facets, not the
 * files. A file's text is loaded when its card is looked at.
 */
import { experimentOf, type Experiment } from './experiment.ts';

const documents = import.meta.glob<Readonly<Record<string, unknown>>>(
  ['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'],
  { eager: true, import: 'default' },
);

export function load(): { readonly experiments: readonly Experiment[] } {
  const experiments = Object.entries(documents).map(([path, document]) => experimentOf(path, document));
  return {
    experiments: experiments.sort((a, b) => compare(a.theme, b.theme) || compare(a.title, b.title)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
