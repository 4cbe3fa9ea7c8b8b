/**
 * Which records are about a subject, as seqs: an event's, its processes', or those that speak of a topic's partition.
 * Packets are left out unless asked for. Walks rows, makes no objects.
 */
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Subject } from '#lib/views/inspector/subject-shape.ts';
import { A, ENTITY, KIND } from '#sim/trace/block.ts';
import { Kind, kindNames, RECORD_WORDS, shapes } from '#sim/trace/vocabulary.ts';

type About = Pick<Subject, 'entities' | 'lid' | 'place'>;

/** By kind: word of its field of that name; -1 = it has none. */
function slots(name: string): number[] {
  return kindNames.map((kind) => {
    const at = kind === undefined ? -1 : shapes[kind].fields.findIndex(([field]) => field === name);
    return at < 0 ? -1 : A + at;
  });
}

const topicSlot = slots('topic');
const partitionSlot = slots('partition');

export function recordsAbout(trace: ReceivedTrace, about: About, packets: boolean): number[] {
  if (about.lid >= 0) return trace.index.eventRecords(about.lid);
  const topic = about.place === null ? -1 : (trace.catalog.names.index.get(about.place.topic) ?? -1);
  const partition = about.place?.partition ?? null;
  const found: number[] = [];
  for (const block of trace.blocks) {
    for (let row = 0; row < block.count; row += 1) {
      const base = row * RECORD_WORDS;
      const kind = block.ints[base + KIND] as number;
      if (kind === Kind.send && !packets) continue;
      if (about.place === null) {
        if (!about.entities.includes(block.ints[base + ENTITY] as number)) continue;
      } else {
        const slot = topicSlot[kind] ?? -1;
        if (slot < 0 || block.ints[base + slot] !== topic) continue;
        const place = partitionSlot[kind] ?? -1;
        if (partition !== null && (place < 0 || block.ints[base + place] !== partition)) continue;
      }
      found.push(block.first + row);
    }
  }
  return found;
}

/** Index of the first seq that is not before `seq`. */
export function placeOf(seqs: readonly number[], seq: number): number {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seqs[middle] as number) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
