/**
 * What can be done to a thing on the stage, as faults in the file's own words. Which things can crash, be slow or be cut
 * off is the scenario format's; here it is offered for the one thing that was chosen.
 */
import type { FaultWords, Selection } from '#lib/run/session.ts';
import type { Topology } from '#lib/scene/parts.ts';

/** What a choice asks for beside itself. */
export interface BreakValues {
  /** Seconds; null = for good. */
  readonly lasts: number | null;
  readonly factor: number;
  /** Milliseconds. */
  readonly added: number;
  readonly other: string;
}

export interface BreakChoice {
  readonly id: string;
  /** As it stands on the button: "Crash payment-1 now". */
  readonly title: string;
  readonly asks: readonly ('lasts' | 'factor' | 'added' | 'other')[];
  /** It cannot be for good. */
  readonly mustEnd?: boolean;
  /** With a trigger of its own rather than now. */
  readonly triggered?: boolean;
  readonly fault: (values: BreakValues) => FaultWords;
}

const span = ({ lasts }: BreakValues): FaultWords => (lasts === null ? {} : { for: `${lasts}s` });

function processChoices(name: string, others: readonly string[]): BreakChoice[] {
  return [
    {
      id: 'crash',
      title: `Crash ${name} now`,
      asks: ['lasts'],
      fault: (values) => ({ crash: name, ...span(values) }),
    },
    { id: 'restart', title: `Restart ${name} now`, asks: [], fault: () => ({ restart: name }) },
    {
      id: 'pause',
      title: `Pause ${name} now`,
      asks: ['lasts'],
      mustEnd: true,
      fault: (values) => ({ pause: name, ...span(values) }),
    },
    {
      id: 'slow',
      title: `Slow ${name} down now`,
      asks: ['factor', 'lasts'],
      fault: (values) => ({ slow: name, by: values.factor, ...span(values) }),
    },
    ...networkChoices(name, others),
  ];
}

function networkChoices(name: string, others: readonly string[]): BreakChoice[] {
  const delay: BreakChoice = {
    id: 'latency',
    title: `Delay everything to and from ${name} now`,
    asks: ['added', 'lasts'],
    fault: (values) => ({ latency: name, by: `${values.added}ms`, ...span(values) }),
  };
  if (others.length === 0) return [delay];
  const cut: BreakChoice = {
    id: 'partition',
    title: `Cut ${name} off now`,
    asks: ['other', 'lasts'],
    fault: (values) => ({ partition: [[name], [values.other]], ...span(values) }),
  };
  return [cut, delay];
}

function storeChoices(store: Topology['stores'][number], others: readonly string[]): BreakChoice[] {
  const lost =
    store.kind === 'external-api'
      ? store.operations.map(({ effect }): BreakChoice => ({
          id: `lost-${effect}`,
          title: `Lose the next answer of ${effect}`,
          asks: [],
          fault: () => ({ drop: 'response', of: effect }),
        }))
      : [];
  return [...lost, ...networkChoices(store.name, others)];
}

/** `taken`: how many times the step was taken up to the playhead, by the whole service. */
function stepChoices(
  point: string,
  taken: { readonly before: number; readonly after: number },
): BreakChoice[] {
  const [service = '', ...rest] = point.split('/');
  const step = rest.join('/');
  const crash = (side: 'before' | 'after'): BreakChoice => ({
    id: side,
    title: `Crash ${service} ${side} its next ${step}`,
    asks: ['lasts'],
    triggered: true,
    fault: (values) => ({ crash: service, when: { [side]: point, nth: taken[side] + 1 }, ...span(values) }),
  });
  return [crash('after'), crash('before')];
}

/** Names that a thing can be cut off from: whatever it speaks to, as whole parts. */
function partnersOf(topology: Topology, whole: string): string[] {
  const found = topology.links.flatMap(({ service, to }) =>
    service === whole ? [to] : to === whole ? [service] : [],
  );
  return [...new Set(found)];
}

function wholeOf(topology: Topology, name: string): string {
  const inService = topology.services.find(({ instances }) => instances.some((one) => one.name === name));
  const inBroker = topology.brokers.find(({ nodes }) => nodes.some((one) => one.name === name));
  return inService?.name ?? inBroker?.name ?? name;
}

/** What the form is about: a part or process, a step and its crash points, or the way between two things. */
export type BreakSubject =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'step'; readonly point: string; readonly phase: 'before' | 'after' }
  | { readonly kind: 'link'; readonly from: string; readonly to: string };

/** What a selection stands for where faults are concerned; null = it cannot be broken. */
export function breakSubject(topology: Topology, selection: Selection | null): BreakSubject | null {
  const named = (name: string | undefined): BreakSubject | null =>
    name === undefined ? null : { kind: 'name', name };
  switch (selection?.kind) {
    case 'part':
    case 'process':
      return named(selection.name);
    case 'step':
      return { kind: 'step', point: selection.point, phase: 'after' };
    case 'topic':
    case 'partition': {
      const broker = topology.brokers.find(({ topics }) =>
        topics.some(({ name }) => name === selection.topic),
      );
      const topic = broker?.topics.find(({ name }) => name === selection.topic);
      const leader = selection.kind === 'partition' ? topic?.leaders[selection.partition] : undefined;
      return named(leader ?? broker?.name);
    }
    default:
      return null;
  }
}

/** `checkout to kafka`: as it stands in the form's title. */
export function subjectName(subject: BreakSubject): string {
  if (subject.kind === 'name') return subject.name;
  return subject.kind === 'step' ? subject.point : `${subject.from} to ${subject.to}`;
}

function linkChoices(from: string, to: string): BreakChoice[] {
  const cut = (id: string, title: string, words: FaultWords): BreakChoice => ({
    id,
    title,
    asks: ['lasts'],
    fault: (values) => ({ partition: [[from], [to]], ...words, ...span(values) }),
  });
  return [
    cut('both', `Cut ${from} and ${to} apart now`, {}),
    cut('forward', `Lose what ${from} sends to ${to}`, { direction: 'forward' }),
    cut('backward', `Lose what ${to} sends to ${from}`, { direction: 'backward' }),
  ];
}

export function breakChoices(
  topology: Topology,
  subject: BreakSubject,
  taken: { readonly before: number; readonly after: number },
): readonly BreakChoice[] {
  if (subject.kind === 'link') return linkChoices(subject.from, subject.to);
  if (subject.kind === 'step') {
    const choices = stepChoices(subject.point, taken);
    return subject.phase === 'after' ? choices : [...choices].reverse();
  }
  const { name } = subject;
  const whole = wholeOf(topology, name);
  const others = partnersOf(topology, whole);
  const store = topology.stores.find((one) => one.name === whole);
  return store === undefined ? processChoices(name, others) : storeChoices(store, others);
}

/** Everything that can be broken, for a reader who has chosen nothing. */
export function breakableNames(topology: Topology): string[] {
  return [
    ...topology.services.flatMap(({ instances }) => instances.map(({ name }) => name)),
    ...topology.brokers.flatMap(({ nodes }) => nodes.map(({ name }) => name)),
    ...topology.stores.map(({ name }) => name),
  ];
}

/** Crash points that a fault of the file waits at, as the stage names them: `payment/charge#after`. */
export function armedPoints(topology: Topology): string[] {
  return topology.faults.flatMap(({ trigger }) => {
    const match = /^(before|after) ([^,]+)/.exec(trigger);
    return match === null ? [] : [`${match[2]}#${match[1]}`];
  });
}
