/**
 * What home itself says of the scenario files: those about effects, which need no knowledge of brokers, and how many there
 * are. The whole catalogue is loaded when somebody looks for one.
 */
const questions = import.meta.glob<string>('/scenarios/effects/*.json', { eager: true, import: 'question' });
const expectations = import.meta.glob<Readonly<Record<string, string>>>('/scenarios/effects/*.json', {
  eager: true,
  import: 'expect',
});
/** Not loaded: only counted. */
const texts = import.meta.glob(['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'], {
  query: '?raw',
});

export const homeScenarios = Object.entries(questions).map(([path, question]) => ({
  name: path.slice(path.lastIndexOf('/') + 1, -'.json'.length),
  question,
  broken: Object.entries(expectations[path] ?? {}).flatMap(([claim, verdict]) =>
    verdict === 'invalid' ? [claim] : [],
  ),
}));

export const scenarioCount = Object.keys(texts).length;
