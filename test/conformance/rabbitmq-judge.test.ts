import { describe, expect, it } from 'vitest';
import { judgeRabbit } from '#conform/rabbitmq-judge.ts';
import type { RecordedCase } from '#conform/case-file.ts';

const one: RecordedCase = { id: 'x', family: 'rabbitmq', topic: '', given: {}, steps: [] };

function verdict(expected: Record<string, unknown>, answer: Record<string, unknown>): number {
  return judgeRabbit(one, { do: {}, expect: expected }, answer).length;
}

const deliver = { ev: 'basic.deliver', body: 'm', deliveryTag: 1 };

describe('the judge of the RabbitMQ recordings', () => {
  it('[CONFORM-30] a step that expects nothing refuses events and errors', () => {
    expect(verdict({}, { reply: 'ok' })).toBe(0);
    expect(verdict({}, { events: { c1: [deliver] } })).toBeGreaterThan(0);
    expect(verdict({ reply: 'ok' }, { error: { replyCode: 404 } })).toBeGreaterThan(0);
  });

  it('[CONFORM-31] events are compared by receiver, in order and in full', () => {
    const expected = { events: { c1: [deliver, { ...deliver, deliveryTag: 2 }] } };
    expect(verdict(expected, { events: { c1: [deliver, { ...deliver, deliveryTag: 2 }] } })).toBe(0);
    expect(verdict(expected, { events: { c1: [{ ...deliver, deliveryTag: 2 }, deliver] } })).toBeGreaterThan(
      0,
    );
    expect(verdict(expected, { events: { c1: [deliver] } })).toBeGreaterThan(0);
    expect(verdict(expected, { ...expected, events: { ...expected.events, c2: [deliver] } })).toBeGreaterThan(
      0,
    );
  });

  it('[CONFORM-32] a message has the properties that are expected and no others', () => {
    const reply = (more: Record<string, unknown>): Record<string, unknown> => ({
      reply: { body: 'm', ...more },
    });
    expect(verdict(reply({}), reply({ properties: { headers: {} } }))).toBe(0);
    expect(verdict(reply({}), reply({ properties: { headers: { 'x-delivery-count': 0 } } }))).toBeGreaterThan(
      0,
    );
    const drained = { reply: { messages: [{ body: 'm' }] } };
    expect(
      verdict(drained, { reply: { messages: [{ body: 'm', properties: { priority: 1 } }] } }),
    ).toBeGreaterThan(0);
  });

  it('[CONFORM-33] an error is the one that is expected', () => {
    const error = { error: { replyCode: 406, closed: 'channel' } };
    expect(verdict(error, { error: { ...error.error, replyText: 'x' } })).toBe(0);
    expect(verdict(error, { reply: 'ok' })).toBeGreaterThan(0);
  });
});
