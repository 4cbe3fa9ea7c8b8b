/**
 * One rule id joins document, code and test: every rule that the page on Kafka names stands in a SPEC, every rule of a
 * SPEC is held by a test that quotes it or by a recorded case that it names, and every fact is either tested under its id
 * or said on the page to be another client's, or not modelled.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { facts } from '../sim/brokers/kafka/facts/fact.ts';
import { scenarioFiles } from '../support/scenario-files.ts';

const root = process.cwd();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('src/content/brokers/kafka/index.md');
const specs = ['src/sim/brokers/kafka/SPEC.md', 'src/sim/brokers/kafka/client/SPEC.md'].map(read).join('\n');
/** These are names of assertions, not rules of Kafka's. */
const OWN = /## (?:Held by assertions|Faults of our own)[\s\S]*?(?=\n## |$)/g;

function testFiles(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('kafka-rules.test.ts'))
    .map((path) => read(join(folder, path)))
    .join('\n');
}

/** The first words of every `it`, `test`, `it.each(…)` and `describe`. */
function titlesIn(text: string): string {
  return [...text.matchAll(/(?:\b(?:it|test|describe)\(|\)\(|^\s*)\s*(['"`])((?:(?!\1).)*)\1,/gm)]
    .map(([, , title = '']) => title)
    .join('\n');
}

const tests = testFiles('test');
const titles = titlesIn(tests);
const kafkaTitles = titlesIn(testFiles('test/sim/brokers/kafka'));

const recordedIds = new Set(
  readdirSync(join(root, 'test/conformance/recordings/kafka'))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { cases } = JSON.parse(read(`test/conformance/recordings/kafka/${name}`)) as {
        cases: { id: string }[];
      };
      return cases.map(({ id }) => id);
    }),
);

function quotes(text: string, id: string): boolean {
  return new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(text);
}

/** Rules with what stands behind them. */
function rulesIn(text: string): Map<string, string> {
  const lines = text.replace(OWN, '').matchAll(/^- \*\*(KAFKA-[A-Z]+-\d+)\*\* (.*)$/gm);
  return new Map([...lines].map(([, id = '', rule = '']) => [id, rule]));
}

/** Ids of recorded cases that a rule names: `recorded producer id-11`, `recorded partitioner stk-*`. */
function recordedFor(rule: string): boolean {
  return [...rule.matchAll(/recorded [a-z-]+ ([^;)]*)/g)].some(([, list = '']) =>
    list.split(/,\s*/).some((word) => {
      const start = word.replaceAll('\\', '').replace(/\*.*$/, '').trim();
      return [...recordedIds].some((id) => (word.includes('*') ? id.startsWith(start) : id === start));
    }),
  );
}

function unheld(text: string, quoted: string): string[] {
  return [...rulesIn(text)]
    .filter(([id, rule]) => !quotes(quoted, id) && !recordedFor(rule))
    .map(([id]) => id);
}

function section(title: string): string {
  const start = page.indexOf(`## ${title}`);
  return start < 0 ? '' : page.slice(start, page.indexOf('\n## ', start + 1) >>> 0);
}

function untold(known: readonly { readonly id: string }[], quoted: string, elsewhere: string): string[] {
  return known.map(({ id }) => id).filter((id) => !quotes(quoted, id) && !quotes(elsewhere, id));
}

const named = section('What holds for librdkafka alone') + section('What is not modelled');

describe('the rules of Kafka', () => {
  it('that the page names stand in a SPEC, with all of those between', () => {
    const known = new Set([...specs.matchAll(/\*\*(KAFKA-[A-Z]+-\d+)\*\*/g)].map(([, id = '']) => id));
    const ids = [...page.matchAll(/KAFKA-[A-Z]+-\d+/g)].map(([id]) => id);
    expect(ids.length).toBeGreaterThan(30);
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
    for (const [, area = '', from = '', to = ''] of page.matchAll(
      /KAFKA-([A-Z]+)-(\d+) to KAFKA-\1-(\d+)/g,
    )) {
      for (let n = Number(from); n <= Number(to); n += 1) expect(known).toContain(`KAFKA-${area}-${n}`);
    }
  });

  it('are each held by a test that quotes it, or by a recorded case that is played', () => {
    expect(rulesIn(specs).size).toBeGreaterThan(120);
    expect(unheld(specs, titles)).toEqual([]);
  });

  it('a rule that nothing holds would be noticed', () => {
    const [ghost, cited] = [
      '- **KAFKA-LOG-99** Nothing. _(documentation)_',
      '- **KAFKA-LOG-98** A case. _(recorded producer id-11)_',
    ];
    expect(unheld(`${ghost}\n${cited}\n`, titles)).toEqual(['KAFKA-LOG-99']);
    expect(unheld('- **KAFKA-LOG-97** A case. _(recorded producer id-1100)_', titles)).toEqual([
      'KAFKA-LOG-97',
    ]);
  });
});

describe('the facts about Kafka', () => {
  it('are each tested under their id, or told on the page', () => {
    expect(facts.length).toBeGreaterThan(70);
    expect(untold(facts, kafkaTitles, named)).toEqual([]);
  });

  it('that the page says are not modelled are facts, and are not tested all the same', () => {
    const told = [...named.matchAll(/\b([a-z]{2,3}-\d+[a-c]?)\b/g)].map(([id]) => id);
    for (const id of told) expect(facts.map((fact) => fact.id)).toContain(id);
    expect(told.filter((id) => quotes(kafkaTitles, id))).toEqual([]);
  });

  it('a fact that nobody speaks of would be noticed', () => {
    expect(untold([{ id: 'zz-01' }, { id: 'rc-01' }], kafkaTitles, named)).toEqual(['zz-01']);
  });
});

describe('the claims that do not hold', () => {
  const rows = [
    ...section('Claims that do not hold').matchAll(
      /\[([a-z0-9-]+)\]\(\.\.\/\.\.\/lab\/\?scenario=([a-z0-9-]+)\)/g,
    ),
  ];
  const known = scenarioFiles();

  it('each open a scenario of the repository', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const [, text, name] of rows) {
      expect(text).toBe(name);
      expect(known.map((file) => file.name)).toContain(name);
    }
  });

  it('leave no scenario about a claim out', () => {
    const own = known.filter(({ path }) => path.includes('kafka-claims')).map(({ name }) => name);
    expect(own.length).toBeGreaterThan(5);
    for (const name of own) expect(rows.map(([, , row]) => row)).toContain(name);
  });
});
