/** The messages that stand at a subject: in a process's hands, in a partition's last records, or in a topic's. */
import type { MessageScene, Scene } from '#lib/scene/scene.ts';
import type { Subject } from '#lib/views/inspector/subject-shape.ts';
import { count } from '#lib/views/number-words.ts';

export interface ListedMessage extends MessageScene {
  /** Place and state in words. */
  readonly where: string;
}

export function messagesAt(subject: Subject, scene: Scene): ListedMessage[] {
  const { place, process } = subject;
  if (place !== null) {
    return scene.partitions
      .filter(
        ({ topic, partition }) =>
          topic === place.topic && (place.partition === null || place.partition === partition),
      )
      .flatMap(({ topic, partition, records }) =>
        records.map((record) => ({
          ...record,
          where: `${topic}/${partition} @ ${record.offset}${record.deliveries === 0 ? ', not delivered' : `, delivered ${count(record.deliveries, 'time')}`}`,
        })),
      )
      .reverse();
  }
  if (process === null) return [];
  const held = process.lanes.flatMap(({ inHand }) =>
    inHand === null
      ? []
      : [{ ...inHand, where: `in hand, ${inHand.topic}/${inHand.partition} @ ${inHand.offset}` }],
  );
  const waiting = scene.partitions
    .filter(({ topic, partition }) =>
      process.assigned.some((own) => own.topic === topic && own.partition === partition),
    )
    .flatMap(({ topic, partition, records, readers }) => {
      const position = readers.find(({ group }) => group === process.group)?.position ?? -1;
      return records
        .filter(({ offset }) => offset >= Math.max(0, position))
        .map((record) => ({ ...record, where: `waits, ${topic}/${partition} @ ${record.offset}` }));
    });
  return [...held, ...waiting];
}
