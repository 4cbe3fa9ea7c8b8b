/** Moving, lengthening and removing faults, as dragging their bars does; times are written as an author would write them. */
import { faultWords } from '#lib/editor/add-part.ts';
import { spaced, type Edited } from '#lib/editor/change.ts';
import {
  isObject,
  pointerOf,
  valueAt,
  withValue,
  without,
  type JsonObject,
} from '#lib/editor/document-tree.ts';

const UNITS: readonly (readonly [string, number])[] = [
  ['s', 1_000_000],
  ['ms', 1_000],
];

/** Microseconds as a duration: "12.5s", "250ms", "17us". */
export function durationWords(micros: number): string {
  const whole = Math.max(0, Math.round(micros));
  for (const [unit, size] of UNITS) {
    const text = String(whole / size);
    if (whole >= size && /^[0-9]+(\.[0-9]{1,6})?$/.test(text)) return text + unit;
  }
  return whole === 0 ? '0s' : `${whole}us`;
}

function faultAt(document: JsonObject, number: number): JsonObject | null {
  const fault = valueAt(document, pointerOf('faults', number));
  return isObject(fault) ? fault : null;
}

/** To another time, in microseconds. One that waits for a step loses that trigger. */
export function moveFault(document: JsonObject, number: number, micros: number): Edited {
  const fault = faultAt(document, number);
  if (fault === null) return { refused: `There is no fault ${number + 1}.` };
  const at = pointerOf('faults', number);
  const time = durationWords(micros);
  const timed = fault['when'] === undefined ? document : without(document, `${at}/when`);
  const what = `move fault ${number + 1} to ${spaced(time)}`;
  return { what, document: withValue(timed, `${at}/at`, time), at: `${at}/at` };
}

/** To another length in microseconds; null = until the end. */
export function lengthenFault(document: JsonObject, number: number, micros: number | null): Edited {
  const fault = faultAt(document, number);
  if (fault === null) return { refused: `There is no fault ${number + 1}.` };
  const at = `${pointerOf('faults', number)}/for`;
  if (micros === null) {
    if (fault['pause'] !== undefined) return { refused: 'A pause says how long it lasts.' };
    return {
      what: `let fault ${number + 1} last to the end`,
      document: without(document, at),
      at: pointerOf('faults', number),
    };
  }
  const time = durationWords(micros);
  return {
    what: `let fault ${number + 1} last ${spaced(time)}`,
    document: withValue(document, at, time),
    at,
  };
}

export function removeFault(document: JsonObject, number: number): Edited {
  const fault = faultAt(document, number);
  if (fault === null) return { refused: `There is no fault ${number + 1}.` };
  const next = without(document, pointerOf('faults', number));
  return { what: `remove fault ${faultWords(fault)}`, document: next, at: '/faults' };
}
