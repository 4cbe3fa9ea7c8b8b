/** A line of entries: taken from the front, joined at the back or, where a message returns to its place, between. */
import type { Entry, Line } from '#sim/brokers/rabbitmq/state.ts';

/** Spent fronts are cut off once there are so many. */
const SPENT = 1024;

function createLine(): Line {
  return { items: [], head: 0 };
}

export function createLines(priorities: number): Line[] {
  return Array.from({ length: priorities + 1 }, createLine);
}

export function lineLength(line: Line): number {
  return line.items.length - line.head;
}

export function frontOf(line: Line): Entry | null {
  return line.items[line.head] ?? null;
}

export function join(line: Line, entry: Entry): void {
  line.items.push(entry);
}

function joinFront(line: Line, entry: Entry): void {
  if (line.head > 0) {
    line.head -= 1;
    line.items[line.head] = entry;
  } else line.items.unshift(entry);
}

export function takeFront(line: Line): Entry | null {
  const entry = line.items[line.head];
  if (entry === undefined) return null;
  line.head += 1;
  if (line.head === line.items.length) {
    line.items = [];
    line.head = 0;
  } else if (line.head >= SPENT && line.head * 2 > line.items.length) {
    line.items = line.items.slice(line.head);
    line.head = 0;
  }
  return entry;
}

/** Back to where its seq says. */
export function returnToPlace(line: Line, entry: Entry): void {
  let low = line.head;
  let high = line.items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line.items[middle] as Entry).seq < entry.seq) low = middle + 1;
    else high = middle;
  }
  if (low === line.head) joinFront(line, entry);
  else line.items.splice(low, 0, entry);
}

/** The first entry of the highest priority that has any. */
export function bestLine(lines: readonly Line[]): Line | null {
  for (let priority = lines.length - 1; priority >= 0; priority -= 1) {
    const line = lines[priority] as Line;
    if (line.items.length > line.head) return line;
  }
  return null;
}

export function entriesOf(lines: readonly Line[]): Entry[] {
  return lines.flatMap(({ items, head }) => items.slice(head));
}

export function emptyLines(lines: readonly Line[]): void {
  for (const line of lines) {
    line.items = [];
    line.head = 0;
  }
}
