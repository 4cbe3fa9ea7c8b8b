/**
 * The past of an effect's name, so that a verdict can name what happened: `cards.charge` → `was charged`. Regular verbs
 * by rule, the common irregular ones by table; a table's rows are inserted.
 */
const irregular: Readonly<Record<string, string>> = {
  pay: 'paid',
  send: 'sent',
  take: 'taken',
  put: 'put',
  write: 'written',
  give: 'given',
  hold: 'held',
  buy: 'bought',
  sell: 'sold',
  withdraw: 'withdrawn',
  make: 'made',
  set: 'set',
};

export function pastOf(verb: string): string {
  const known = irregular[verb];
  if (known !== undefined) return known;
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  if (/^[^aeiou]*[aeiou][^aeiouwxy]$/.test(verb)) return `${verb}${verb.slice(-1)}ed`;
  return `${verb}ed`;
}

/** `charged`; for a table `inserted into shop.orders`. */
export function effectDone(effect: string, tables: readonly string[]): string {
  if (tables.includes(effect)) return `inserted into ${effect}`;
  return pastOf(effect.split('.').pop() ?? effect);
}
