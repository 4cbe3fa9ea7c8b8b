/** A whole system whose producer's buffer fills: scenarios/log/full-buffer, and what other settings make of it. */
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { buildWorld } from '#sim/run/build.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { kindNames } from '#sim/trace/vocabulary.ts';
import { parsed, scenarioFiles } from '../../../../support/scenario-files.ts';

const S = 1_000_000;

function ran(config: Readonly<Record<string, unknown>> = {}) {
  const text = scenarioFiles().find(({ name }) => name === 'full-buffer')?.text ?? '';
  const file = JSON.parse(text) as { services: { checkout: { config: Record<string, unknown> } } };
  Object.assign(file.services.checkout.config, config);
  const world = buildWorld(parsed(JSON.stringify(file)));
  world.advance();
  const rows = world.parts.recorder
    .blocks()
    .flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)));
  const of = (kind: string): Row[] => rows.filter((row) => kindNames[row.kind] === kind);
  const { names } = world.parts.catalog;
  return {
    announced: of('produce').map(({ at }) => at),
    confirmed: new Set(of('confirm').map(({ lid }) => lid)),
    refused: of('refuse').map((row) => ({
      lid: row.lid,
      at: row.at,
      code: nameOf(names, row.b),
      definite: row.c,
    })),
    appended: new Set(of('append').map(({ lid }) => lid)),
  };
}

describe('a full buffer in a running system', () => {
  it('[KAFKA-CLIENT-71] holds a program up that does not wait for its records, and its source with it', () => {
    const { announced } = ran();
    // the source would announce a hundred a second: while the broker is away one goes every max.block.ms
    const away = announced.filter((at) => at > 5 * S && at < 33 * S);
    expect(away.length).toBeLessThan(9);
    for (let i = 1; i < away.length; i += 1) expect((away[i] ?? 0) - (away[i - 1] ?? 0)).toBe(4 * S);
    expect(announced).toHaveLength(600);
  });

  it('[KAFKA-CLIENT-72] refuses for certain what waited too long, and nothing else is missing', () => {
    const { refused, appended, confirmed } = ran();
    expect(refused).toHaveLength(7);
    for (const { lid, code, definite } of refused) {
      expect([code, definite, appended.has(lid)]).toEqual(['BufferExhaustedException', 1, false]);
    }
    expect(confirmed.size).toBe(593);
  });

  it('[KAFKA-CLIENT-70] a buffer that lasts holds nobody up', () => {
    const { refused, confirmed, announced } = ran({ 'buffer.memory': 33_554_432 });
    expect(refused).toEqual([]);
    expect(confirmed.size).toBe(600);
    expect(Math.max(...announced)).toBeLessThan(15 * S);
  });

  it('[KAFKA-CLIENT-72] neither does a max.block.ms longer than the outage refuse anything: the source waits', () => {
    const { refused, announced } = ran({ 'max.block.ms': 60_000 });
    expect(refused).toEqual([]);
    expect(announced.filter((at) => at > 5 * S && at < 33 * S)).toEqual([]);
  });

  it('[KAFKA-CLIENT-73] a short delivery.timeout.ms gives up what is buffered, which makes room', () => {
    const { refused, confirmed } = ran({ 'delivery.timeout.ms': 6000, 'request.timeout.ms': 2000 });
    const codes = new Set(refused.map(({ code }) => code));
    expect(codes).toContain('REQUEST_TIMED_OUT');
    expect(refused.length).toBeGreaterThan(50);
    expect(confirmed.size + refused.length).toBe(600);
  });
});
