/**
 * The rules of the RabbitMQ recordings: what arrives is compared in full by receiver, in order within one receiver; a
 * step that expects no events expects none; properties and headers that are not there are empty ones, and messages must
 * carry exactly those that are expected; an absent or plain `ok` reply asks only that the call did not fail.
 */
import type { RecordedCase, RecordedStep } from '#conform/case-file.ts';
import { differences, type Difference } from '#conform/match.ts';
import { isObject, type JsonObject } from '#conform/recorded-json.ts';

export function judgeRabbit(_one: RecordedCase, { expect }: RecordedStep, answer: JsonObject): Difference[] {
  const found: Difference[] = [];
  const { reply, error, events } = expect;
  if (error === undefined || error === null) {
    if (isObject(answer['error'])) found.push({ path: 'error', expected: undefined, got: answer['error'] });
  } else found.push(...differences({ error }, { error: answer['error'] }));
  if (isObject(reply)) found.push(...differences({ reply }, { reply: answer['reply'] }));
  found.push(...messageDifferences('reply', reply, answer['reply']));
  found.push(...eventDifferences(isObject(events) ? events : {}, answer['events']));
  return found;
}

function eventDifferences(expected: JsonObject, answered: unknown): Difference[] {
  const got = isObject(answered) ? answered : {};
  const found: Difference[] = [];
  for (const receiver of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const path = `events/${receiver}`;
    const wanted = expected[receiver] ?? [];
    const came = got[receiver] ?? [];
    for (const one of differences(wanted, came)) found.push({ ...one, path: `${path}/${one.path}` });
    found.push(...messageDifferences(path, wanted, came));
  }
  return found;
}

/** Wherever a message is shown, its properties are what is expected and nothing else. */
function messageDifferences(path: string, expected: unknown, got: unknown): Difference[] {
  if (Array.isArray(expected) && Array.isArray(got)) {
    const list = got as unknown[];
    return (expected as unknown[]).flatMap((one, row) =>
      messageDifferences(`${path}/${row}`, one, list[row]),
    );
  }
  if (!isObject(expected) || !isObject(got)) return [];
  if (Array.isArray(expected['messages'])) {
    return messageDifferences(`${path}/messages`, expected['messages'], got['messages']);
  }
  if (expected['body'] === undefined || expected['ev'] === 'basic.return') return [];
  const wanted = withoutNothing(expected['properties'] ?? {});
  const held = withoutNothing(got['properties'] ?? {});
  const same = differences(wanted, held).length === 0 && differences(held, wanted).length === 0;
  return same ? [] : [{ path: `${path}/properties`, expected: wanted, got: held }];
}

/** Empty headers are none. */
function withoutNothing(properties: unknown): JsonObject {
  if (!isObject(properties)) return {};
  const { headers, ...rest } = properties;
  return isObject(headers) && Object.keys(headers).length > 0 ? { ...rest, headers } : rest;
}
