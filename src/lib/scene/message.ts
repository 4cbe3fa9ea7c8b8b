/** How a message reads: its key, the numeral of its token, its type. */
import { floatAt, intAt } from '#sim/base/column.ts';
import { nameOf } from '#sim/base/names.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { keyText } from '#sim/messaging/keys.ts';
import type { MessageScene } from '#lib/scene/scene.ts';

export function messageOf(catalog: Catalog, lid: number, mid: number): MessageScene {
  const { events, keys, names } = catalog;
  const keyId = intAt(events.key, lid);
  const number = keyId < 0 ? -1 : floatAt(keys.number, keyId);
  return {
    lid,
    mid,
    keyId,
    key: keyText(keys, names, keyId),
    numeral: String(number >= 0 ? number : intAt(events.n, lid, 0)),
    type: lid < 0 ? '' : nameOf(names, intAt(events.type, lid)),
  };
}

/** The key of an event as it reads; '' where it has none, or there is no event. */
export function keyOf({ events, keys, names }: Catalog, lid: number): string {
  const id = lid < 0 ? -1 : intAt(events.key, lid);
  return id < 0 ? '' : keyText(keys, names, id);
}
