/** A generation's labels, fullest first: who owns what, in as many words as there may be room for. */
import type { GroupSpan } from '#lib/scene/timeline.ts';

/** `0 1 2 5` as `0–2 5`. */
function ranges(partitions: readonly string[]): string {
  const numbers = partitions.map((name) => Number(name.split('/').pop())).sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; i += 1) {
    const first = numbers[i] as number;
    while (numbers[i + 1] === (numbers[i] as number) + 1) i += 1;
    const last = numbers[i] as number;
    parts.push(first === last ? String(first) : `${first}\u2013${last}`);
  }
  return parts.join(' ');
}

export function spanLabels(span: GroupSpan): string[] {
  const short = [`generation ${span.generation}`, `gen. ${span.generation}`, String(span.generation)];
  const owners = span.assignment.filter(({ partitions }) => partitions.length > 0);
  if (owners.length === 0) return short;
  const told = (name: (member: string) => string): string =>
    owners.map(({ member, partitions }) => `${name(member)}: ${ranges(partitions)}`).join(' · ');
  return [
    `generation ${span.generation} · ${told((member) => member)}`,
    `generation ${span.generation} · ${told((member) => member.split('-').pop() ?? member)}`,
    ...short,
  ];
}
