/**
 * What home itself says of the scenario files: those about effects, which need no knowledge of brokers, and how many there
 * are. The whole catalogue is loaded when somebody looks for one.
 */
const questions = import.meta.glob<string>('/scenarios/effects/*.json', { eager: true, import: 'question' });
const expectations = import.meta.glob<Readonly<Record<string, string>>>('/scenarios/effects/*.json', {
  eager: true,
  import: 'expect',
});
const versions = import.meta.glob<number>(['/scenarios/**/*.json', '!/scenarios/scenario.schema.json'], {
  eager: true,
  import: 'version',
});

export const homeScenarios = Object.entries(questions).map(([path, question]) => ({
  name: path.slice(path.lastIndexOf('/') + 1, -'.json'.length),
  question,
  broken: Object.entries(expectations[path] ?? {}).flatMap(([claim, verdict]) =>
    verdict === 'invalid' ? [claim] : [],
  ),
}));

export const scenarioCount = Object.keys(versions).length;
