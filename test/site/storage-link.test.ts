/** Links, imports and exports: what goes out comes back; what is hostile gives one sentence. */
import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#sim/scenario/export.ts';
import { fileText } from '#lib/storage/document-order.ts';
import { exportFile, fileName } from '#lib/storage/export-file.ts';
import { importScenario } from '#lib/storage/import.ts';
import { decodeLink, encodeLink, MOST_LINK } from '#lib/storage/share-link.ts';
import { buildWorld } from '#sim/run/build.ts';
import { parsed, scenarioFiles } from '../support/scenario-files.ts';

const files = scenarioFiles();
const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const packed = (text: string) => `#s1=${base64Url(deflateSync(Buffer.from(text), { level: 9 }))}`;

function unpacked(hash: string): string {
  const decoded = decodeLink(hash);
  if (decoded.kind !== 'text') throw new Error(JSON.stringify(decoded));
  return decoded.text;
}

function hashOf(text: string): string {
  const link = encodeLink(text);
  if (link.kind === 'refused') throw new Error(link.sentence);
  return link.hash;
}

describe('a share link', () => {
  it.each(files)('carries $name there and back, in less than 1.5 KB', ({ text }) => {
    const link = encodeLink(text);
    expect(link.kind).toBe('link');
    const hash = hashOf(text);
    expect(hash.length).toBeLessThan(1_500);
    expect(JSON.parse(unpacked(hash))).toEqual(JSON.parse(text));
    expect(hashOf(unpacked(hash))).toBe(hash);
  });

  it('is the same for every order of keys and every layout of the text', () => {
    for (const { text } of files) {
      expect(hashOf(canonicalJson(JSON.parse(text)))).toBe(hashOf(text));
    }
  });

  it('is this very text, whoever computes it', () => {
    expect(
      hashOf('{"version":1,"services":{"a":{"every":"1s","do":[{"work":"1ms"}]}}}'),
    ).toMatchInlineSnapshot(
      `"#s1=q1YqTi0qy0xOLVayqlZKBBEp-UpW0dVK5flF2UpWSoa5xUq1sTpKqWWpRZUgPpBbq6ME5BVn5ucpWRnWAgA"`,
    );
  });

  it('gives people the order that they write: the verb first, the title before the services', () => {
    const text = unpacked(hashOf(files.find((file) => file.name === 'crash-after-charge')?.text ?? ''));
    expect(text.indexOf('"title"')).toBeLessThan(text.indexOf('"services"'));
    expect(text.indexOf('"call"')).toBeLessThan(text.indexOf('"as": "charge"'));
    expect(text.indexOf('"kind"')).toBeLessThan(text.indexOf('"topics"'));
  });

  it('runs to the same digest', () => {
    const digest = (text: string) => {
      const world = buildWorld(parsed(text));
      world.advance();
      return world.report().digest;
    };
    const { text } = files[0] ?? { text: '' };
    expect(digest(unpacked(hashOf(text)))).toBe(digest(text));
  });

  it('carries any JSON, every character included', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
          fc.jsonValue(),
        ),
        (value) => {
          const text = JSON.stringify(value);
          // A lone half of a character has no UTF-8; JSON writes it as an escape.
          expect(JSON.parse(unpacked(hashOf(text)))).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says that it is too long, and how long', () => {
    const about = Array.from({ length: 6_000 }, (_, i) =>
      String.fromCharCode(33 + ((i * i * 7919) % 90)),
    ).join('');
    const random =
      fc.sample(fc.string({ minLength: 12_000, maxLength: 12_000 }), { numRuns: 1, seed: 5 })[0] ?? about;
    const link = encodeLink(JSON.stringify({ version: 1, services: {}, about: random }));
    expect(link.kind).toBe('long');
    expect(link.kind === 'long' && link.sentence).toMatch(
      /^The link would be \d+\.\d KB; too long for some chats\. Save a file\.$/,
    );
    expect(link.kind === 'long' && link.hash.length).toBeGreaterThan(MOST_LINK);
  });
});

const bomb = packed('['.repeat(30_000_000));
const hostile: readonly (readonly [string, string, RegExp])[] = [
  ['a bomb of 30 MB', bomb, /more than 5 MB/],
  ['one byte above the limit', packed(' '.repeat(5_000_001)), /more than 5 MB/],
  ['another prefix', '#x=AAAA', /does not begin with #s1=/],
  ['a later version', '#s2=AAAA', /Use a newer Spillway/],
  ['nothing behind the prefix', '#s1=', /holds no scenario/],
  ['characters of no alphabet', '#s1=%3Cscript%3E', /never have/],
  ['a padded text', '#s1=AAAA==', /never have/],
  ['half of a link', hashOf(files[0]?.text ?? '').slice(0, 300), /damaged/],
  ['an impossible length', '#s1=AAAAA', /damaged/],
  ['not compressed', `#s1=${base64Url(Buffer.from('{"version":1}'))}`, /damaged/],
  ['bytes that are no text', `#s1=${base64Url(deflateSync(Uint8Array.from([0xff, 0xfe, 0xc0])))}`, /damaged/],
];

describe('hostile links', () => {
  it.each(hostile)('%s: one sentence', (_name, hash, sentence) => {
    const started = performance.now();
    const decoded = decodeLink(`https://example.org/lab${hash}`);
    expect(decoded.kind).toBe('refused');
    expect(decoded.kind === 'refused' && decoded.sentence).toMatch(sentence);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('the bomb is small and the text just below the limit is read', () => {
    expect(bomb.length).toBeLessThan(60_000);
    expect(decodeLink(packed(`"${'x'.repeat(4_999_000)}"`)).kind).toBe('text');
  });

  it('any bytes at all give a text or one sentence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const decoded = decodeLink(`#s1=${base64Url(bytes)}`);
        if (decoded.kind === 'refused') expect(decoded.sentence).toMatch(/^[A-Z].*\.$/);
      }),
      { numRuns: 500 },
    );
  });

  it('one changed letter gives a scenario or problems, never an exception', async () => {
    const hash = hashOf(files[0]?.text ?? '');
    for (let at = 4; at < hash.length; at += 7) {
      const other = hash.slice(0, at) + (hash[at] === 'A' ? 'B' : 'A') + hash.slice(at + 1);
      const imported = await importScenario({ from: 'link', address: other });
      if (!imported.ok) expect(imported.problems.length).toBeGreaterThan(0);
    }
  });

  it('an address without a hash names no scenario', () => {
    expect(decodeLink('https://example.org/lab').kind).toBe('none');
    expect(decodeLink('#').kind).toBe('none');
  });
});

describe('importing', () => {
  const { text } = files[0] ?? { text: '' };

  it('a file, a text and a link give the text and a name', async () => {
    const file = new File([text], 'mine.json');
    expect(await importScenario({ from: 'file', file })).toEqual({ ok: true, text, name: 'mine.json' });
    expect(await importScenario({ from: 'text', text })).toEqual({ ok: true, text, name: 'pasted text' });
    const linked = await importScenario({ from: 'text', text: ` https://example.org/lab${hashOf(text)}\n` });
    expect(linked.ok && JSON.parse(linked.text)).toEqual(JSON.parse(text));
  });

  it('a bad file gives every problem with its place', async () => {
    const bad = text.replace('"orders"]', '"oders"]').replace('"seed": 7', '"seed": "x"');
    const imported = await importScenario({ from: 'file', file: new File([bad], 'bad.json') });
    expect(!imported.ok && imported.problems.map((problem) => problem.pointer)).toEqual([
      '/seed',
      '/carry/kafka/consume/payment/topics/0',
    ]);
  });

  it.each([
    ['too large', new File([new Uint8Array(5_000_001)], 'big.json'), /larger than 5 MB/],
    ['not text', new File([Uint8Array.from([0x89, 0x50, 0xff, 0xd9])], 'cat.png'), /not text/],
    ['empty', new File([''], 'empty.json'), /nothing to open/],
  ])('a file that is %s gives one sentence', async (_name, file, sentence) => {
    const imported = await importScenario({ from: 'file', file });
    expect(!imported.ok && imported.problems[0]?.sentence).toMatch(sentence);
  });

  it('an export of everything is told apart', async () => {
    const imported = await importScenario({
      from: 'text',
      text: '{ "spillway": "everything", "version": 1 }',
    });
    expect(!imported.ok && imported.problems[0]?.hint).toBe('Bring it in under "Drafts and runs".');
  });
});

describe('exporting', () => {
  it.each(files)('$name comes back the same, with what made it', async ({ text }) => {
    const file = exportFile(text, { version: '1.0.0', digest: 'abc' });
    const again = JSON.parse(file.text) as Record<string, unknown>;
    expect(again['made']).toEqual({ version: '1.0.0', digest: 'abc' });
    expect(again).toEqual({ ...(JSON.parse(text) as object), made: again['made'] });
    expect((await importScenario({ from: 'text', text: file.text })).ok).toBe(true);
  });

  it('names the file by its title', () => {
    expect(fileName('Crash after the charge, before the commit')).toBe(
      'crash-after-the-charge-before-the-commit.json',
    );
    expect([fileName(undefined), fileName('∅'), fileName('Straße é')]).toEqual([
      'scenario.json',
      'scenario.json',
      'stra-e-e.json',
    ]);
  });

  it('text that is not JSON stays as it is', () => {
    expect(fileText('{oops')).toBe('{oops');
  });
});
