/**
 * Takes parts of an earlier picture over where nothing in them has changed, so that views which compare by identity have
 * nothing to do. For plain data: objects, arrays, words, numbers.
 */
export function sameParts<T>(before: T, now: T): T {
  if (Object.is(before, now)) return before;
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null) return now;
  if (Array.isArray(before) !== Array.isArray(now)) return now;
  const old = before as Record<string, unknown>;
  const fresh = now as Record<string, unknown>;
  let same = Array.isArray(now) ? (before as unknown[]).length === now.length : true;
  for (const key in fresh) {
    const part = sameParts(old[key], fresh[key]);
    if (part === old[key]) fresh[key] = part;
    else same = false;
  }
  return same ? before : now;
}
