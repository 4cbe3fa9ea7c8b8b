/** When something was kept, on the reader's own clock: `20 Nov, 22:04`. The only wall time that the lab writes. */
const format = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

export function wallTime(milliseconds: number): string {
  return milliseconds === 0 ? 'not yet' : format.format(milliseconds);
}
