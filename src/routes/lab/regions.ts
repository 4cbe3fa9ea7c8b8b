/**
 * F6 goes round the regions of the lab in the order bar, outline, stage, timeline, inspector; with Shift the other way.
 * A region that is not drawn is left out.
 */
export const regionOrder = ['bar', 'outline', 'stage', 'timeline', 'inspector', 'transport'] as const;

export type Region = (typeof regionOrder)[number];

function regionElement(region: Region): HTMLElement | null {
  const found = document.querySelector<HTMLElement>(`[data-region="${region}"]`);
  return found !== null && found.checkVisibility() ? found : null;
}

/** What Tab would reach first inside, else the region itself. */
export function focusRegion(region: Region): void {
  const element = regionElement(region);
  if (element === null) return;
  const inside = element.querySelector<HTMLElement>(
    '[tabindex="0"], button:not([disabled]), a[href], input, select, textarea, summary',
  );
  (inside ?? element).focus();
}

export function goRound(step: 1 | -1): void {
  const there = regionOrder.filter((region) => regionElement(region) !== null);
  if (there.length === 0) return;
  const now = document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'];
  const at = there.findIndex((region) => region === now);
  const next = at < 0 ? (step > 0 ? 0 : there.length - 1) : (at + step + there.length) % there.length;
  const region = there[next];
  if (region !== undefined) focusRegion(region);
}
