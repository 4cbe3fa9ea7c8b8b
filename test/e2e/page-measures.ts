/**
 * How long the page's own thread works: a frame's script, style and layout, and the pause after a seek, beside a loop of
 * plain arithmetic in the same page. Only the ratio of the two means something on another machine.
 */
import type { CDPSession, Page } from '@playwright/test';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export interface Unit {
  /** The processor's time: the unit of work. */
  readonly work: number;
  /** The wall's time: the unit of waiting. */
  readonly wall: number;
}

/** Milliseconds of ten million steps of integer arithmetic; medians of five, measured as the page's own work is. */
export async function calibration(page: Page): Promise<Unit> {
  const events = await tracing(page, async () => {
    await page.evaluate(async () => {
      const loop = (): void => {
        let hash = 1;
        for (let i = 0; i < 10_000_000; i += 1) hash = Math.imul(hash ^ i, 0x01000193) >>> 0;
        if (hash < 0) throw new Error('a hash is not negative');
      };
      for (let i = 0; i < 6; i += 1)
        await new Promise<void>((resolve) =>
          setTimeout(() => {
            loop();
            resolve();
          }, 0),
        );
    });
  });
  // The longest timers are the loops: the page has others that do next to nothing.
  const loops = events
    .filter(({ name }) => name === 'TimerFire')
    .sort((a, b) => workOf(b) - workOf(a))
    .slice(0, 5);
  return {
    work: median(loops.map(workOf)) / 1_000,
    wall: median(loops.map(({ dur = 0 }) => dur)) / 1_000,
  };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor: what other programs take of the machine is not in it. */
  readonly tdur?: number;
  readonly tid: number;
  readonly pid: number;
}

/** Script, style and layout; painting and compositing happen on other threads. */
const WORK = new Set([
  'FireAnimationFrame',
  'FunctionCall',
  'EventDispatch',
  'TimerFire',
  'RunMicrotasks',
  'UpdateLayoutTree',
  'Layout',
  'HandlePostMessage',
  'MinorGC',
  'MajorGC',
]);

function workOf({ dur = 0, tdur }: TraceEvent): number {
  return tdur ?? dur;
}

/** Milliseconds of the page's work in each of its animation frames, while `action` lasts. */
export async function framesDuring(page: Page, action: () => Promise<void>): Promise<number[]> {
  const events = await tracing(page, async () => {
    // A page that moves nothing asks for no frames of its own; these mark where each of the browser's begins.
    await page.evaluate(() => {
      const mark = (): void => {
        Reflect.set(window, 'frameMark', requestAnimationFrame(mark));
      };
      mark();
    });
    await action();
    await page.evaluate(() => cancelAnimationFrame(Number(Reflect.get(window, 'frameMark'))));
  });
  return workByFrame(events);
}

async function tracing(page: Page, action: () => Promise<void>): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'v8.execute'] },
  });
  await action();
  await endTracing(session);
  return events;
}

async function endTracing(session: CDPSession): Promise<void> {
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
}

/** Microseconds: frames are 16,000 apart, and a callback that takes longer than this is not followed by many. */
const TOGETHER = 6_000;

/** Work nests, so only the outermost spans count, from one animation frame to the next. */
export function workByFrame(events: readonly TraceEvent[]): number[] {
  const thread = busiest(events);
  const own = events.filter((event) => event.tid === thread && event.ph === 'X');
  const starts = own.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts);
  // Several callbacks of one frame fire together.
  const frames = starts.sort((a, b) => a - b).filter((ts, i) => ts - (starts[i - 1] ?? -Infinity) > TOGETHER);
  const spans = own.filter(({ name }) => WORK.has(name)).sort((a, b) => a.ts - b.ts);
  return frames.slice(0, -1).map((from, i) => {
    const to = frames[i + 1] ?? from;
    let total = 0;
    let reached = from;
    for (const span of spans) {
      if (span.ts < reached || span.ts >= to) continue;
      total += workOf(span);
      reached = span.ts + (span.dur ?? 0);
    }
    return total / 1_000;
  });
}

/** The thread that runs animation frames: workers have none. */
function busiest(events: readonly TraceEvent[]): number {
  const counts = new Map<number, number>();
  for (const { name, tid } of events) {
    if (name === 'FireAnimationFrame') counts.set(tid, (counts.get(tid) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? -1;
}

/** Collects the page's tasks of 50 ms and more from now on. */
export async function watchLongTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const long: number[] = [];
    Reflect.set(window, 'longTasks', long);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration);
    }).observe({ type: 'longtask' });
  });
  return async () => {
    // What was observed is told in a task of its own.
    await page.evaluate(async () => await new Promise((resolve) => setTimeout(resolve, 0)));
    return await page.evaluate(() => Reflect.get(window, 'longTasks') as number[]);
  };
}
