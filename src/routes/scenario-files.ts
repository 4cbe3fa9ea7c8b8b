/**
 * The scenario files that come with the site. Titles and questions are in the page; a file's text is loaded when it
 * is chosen, and goes to the worker as it stands on disk.
 */
const titles = import.meta.glob<string>(['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'], {
  eager: true,
  import: 'title',
});
const questions = import.meta.glob<string>(['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'], {
  eager: true,
  import: 'question',
});
const expectations = import.meta.glob<Readonly<Record<string, string>>>(
  ['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'],
  { eager: true, import: 'expect' },
);
const texts = import.meta.glob<string>(['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'], {
  query: '?raw',
  import: 'default',
});

export interface ScenarioFile {
  /** The file's name without `.json`. */
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** Claims that the file is meant to break; tests hold it to that. */
  readonly broken: readonly string[];
  readonly load: () => Promise<string>;
}

export const scenarioFiles: readonly ScenarioFile[] = Object.entries(texts).map(([path, load]) => ({
  name: path.slice(path.lastIndexOf('/') + 1, -'.json'.length),
  title: titles[path] ?? path,
  question: questions[path] ?? '',
  broken: Object.entries(expectations[path] ?? {}).flatMap(([claim, verdict]) =>
    verdict === 'invalid' ? [claim] : [],
  ),
  load,
}));

export const firstScenario = 'crash-after-charge';

export function scenarioFile(name: string): ScenarioFile | undefined {
  return scenarioFiles.find((file) => file.name === name);
}
