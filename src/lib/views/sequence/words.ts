/** What the space-time diagram says. */
import { clock, count, duration } from '#lib/views/number-words.ts';

export const words = {
  title: 'Sequence',
  tableTitle: 'Sequence as a table',
  ofChain: (at: string) => `The open chain, up to ${at} and beyond. Each stretch has its own scale.`,
  ofMessage: (name: string) => `All that happened to ${name}.`,
  ofWindow: (span: string, at: string) => `The ${span} before ${at}: who caused what where.`,
  span: 'Look back',
  key: 'Key',
  keyHint: 'order-17',
  partitions: 'Topics as one line',
  instances: 'Services as one line',
  options: 'Lines',
  nothing: 'Nothing went from one part to another here.',
  nothingHint: 'Move the playhead, look further back, or clear the key.',
  more: (arrows: number, lines: number) =>
    [arrows > 0 ? `${count(arrows, 'more arrow')}` : '', lines > 0 ? `${count(lines, 'more line')}` : '']
      .filter((part) => part !== '')
      .join(', ') + ': filter by key or look back less.',
  quiet: (micros: number) => duration(micros),
  crashed: 'crashed',
  paused: 'paused',
  until: (word: string, at: number) => `${word} until ${clock(at)}`,
  arrow: (from: string, to: string, what: string) => `${from} to ${to}: ${what}`,
  lost: 'lost on its way',
  help: 'Left and right go from arrow to arrow, Enter moves the playhead there.',
  head: ['left', 'from', 'arrived', 'to', 'what'],
  step: (number: number) => `step ${number}`,
  spans: { short: '0.1 s', second: '1 s', ten: '10 s', all: 'whole run' },
} as const;
