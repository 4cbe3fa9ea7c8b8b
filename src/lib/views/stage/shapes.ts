/**
 * The outlines of a message, drawn around 0,0: shape says the type (design grammar, "Message"). Circle, hexagon,
 * triangle, square and diamond are the grammar's; pentagon and inverted triangle serve files with more event types.
 * The same text is an SVG path and a canvas Path2D, so that a message looks alike at rest and on its way.
 */
export type TokenShape = 'circle' | 'hexagon' | 'triangle' | 'square' | 'diamond' | 'pentagon' | 'wedge';

export const outlines: Readonly<Record<TokenShape, string>> = {
  circle: 'M-7.75 0a7.75 7.75 0 1 0 15.5 0a7.75 7.75 0 1 0-15.5 0Z',
  hexagon: 'M-9 0-4.6-7.7H4.6L9 0 4.6 7.7H-4.6Z',
  triangle: 'M0-9.6 9.6 7.2H-9.6Z',
  square: 'M-7-7H7V7H-7Z',
  diamond: 'M0-9.6 9.6 0 0 9.6-9.6 0Z',
  pentagon: 'M0-9 8.6-2.8 5.3 7.3H-5.3L-8.6-2.8Z',
  wedge: 'M0 9.6-9.6-7.2H9.6Z',
};

/** Where the numeral's baseline stands: a triangle is wide below, a wedge above. */
export const baselines: Readonly<Record<TokenShape, number>> = {
  circle: 3.4,
  hexagon: 3.4,
  triangle: 5,
  square: 3.4,
  diamond: 3.4,
  pentagon: 3.8,
  wedge: 1,
};

const failure = /fail|reject|refus|declin|cancel|denied/i;
const ordinary: readonly TokenShape[] = ['circle', 'hexagon', 'pentagon', 'wedge'];

/** By event type, in the file's order; a fifth ordinary type is a circle again. */
export function shapesOf(events: readonly { readonly name: string }[]): ReadonlyMap<string, TokenShape> {
  const shapes = new Map<string, TokenShape>();
  let taken = 0;
  for (const { name } of events) {
    if (failure.test(name)) shapes.set(name, 'triangle');
    else {
      shapes.set(name, ordinary[taken % ordinary.length] ?? 'circle');
      taken += 1;
    }
  }
  return shapes;
}

/** What fits into 15 px: the last four figures of a long numeral. */
export function shortNumeral(numeral: string): string {
  return numeral.length > 4 ? numeral.slice(-4) : numeral;
}
