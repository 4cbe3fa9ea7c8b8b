/** How far apart two numbers are, beside the second. */
export function relative(got: number, wanted: number): number {
  return got === wanted ? 0 : Math.abs(got - wanted) / Math.abs(wanted);
}
