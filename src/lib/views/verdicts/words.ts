/** The words of the verdict panel. */
import type { Verdict } from '#lib/views/check-words.ts';

export const words = {
  panel: 'Verdicts',
  close: 'Close verdicts',
  whole: 'Whole run',
  soFar: 'Up to the playhead',
  scope: 'How much of the run is judged',
  nothing: 'The file claims nothing, so there is nothing to judge.',
  waiting: 'No verdict yet. It comes with the end of the computing.',
  also: 'Also',
  repair: 'Try a repair',
  copy: 'Copy reproduction',
  copied: 'Copied: command, seed and link.',
  notCopied: 'The clipboard is closed to this page. Copy it from here:',
  why: 'Why',
  showAll: 'Show all records',
  showSteps: 'Show steps',
  previous: 'Previous event of the chain',
  next: 'Next event of the chain',
  anomalies: 'Anomalies of this claim',
  noChain: 'The records that led to it are not stored.',
  ahead: 'ahead of the playhead',
  asExpected: 'as the file expects',
  comparison: 'Both runs, same seed',
  before: 'Before',
  after: 'With the repair',
  keepRepair: 'Close comparison',
};

export const verdictWords: Record<Verdict, string> = {
  invalid: 'invalid',
  unknown: 'not known yet',
  valid: 'valid',
};

export const verdictOrder: readonly Verdict[] = ['invalid', 'unknown', 'valid'];

const numbers = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

export function inWords(n: number): string {
  return numbers[n] ?? String(n);
}
