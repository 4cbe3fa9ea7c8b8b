/**
 * Draws marks on a canvas, in the grammar's strokes. A token's picture (hue, shape, numeral) is drawn once and kept as a
 * small bitmap, so that a frame of thousands is as many copies. Knows nothing of scenes; the caller scales the context.
 */
import type { Mark } from '#lib/views/stage/movers.ts';
import { baselines, outlines, type TokenShape } from '#lib/views/stage/shapes.ts';

/** The page's colours, read once a theme. Index 0 stands for a message without a key. */
export interface Palette {
  readonly fill: readonly string[];
  readonly edge: readonly string[];
  readonly label: readonly string[];
  readonly ink: string;
  readonly onInk: string;
  readonly quiet: string;
  readonly stage: string;
  readonly invalid: string;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const hues = (suffix: string, none: string): string[] => [
    value(none),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((hue) => value(`--k${hue}${suffix}`)),
  ];
  return {
    fill: hues('', '--press'),
    edge: hues('-edge', '--ink-3'),
    label: hues('-label', '--ink'),
    ink: value('--ink'),
    onInk: value('--on-ink'),
    quiet: value('--ink-3'),
    stage: value('--stage'),
    invalid: value('--invalid'),
    font: value('--sans') || 'sans-serif',
  };
}

const HALF = 13;
const KEPT = 2_000;
const LOST_ARMS = 'M-12-12l5 5M12-12l-5 5M-12 12l5-5M12 12l-5-5';

export class MarkPainter {
  readonly #palette: Palette;
  readonly #ratio: number;
  readonly #paths: Readonly<Record<TokenShape, Path2D>>;
  readonly #arms = new Path2D(LOST_ARMS);
  readonly #pictures = new Map<string, ImageBitmap>();

  constructor(palette: Palette, ratio: number) {
    this.#palette = palette;
    this.#ratio = ratio;
    const paths = {} as Record<TokenShape, Path2D>;
    for (const shape of Object.keys(outlines) as TokenShape[]) paths[shape] = new Path2D(outlines[shape]);
    this.#paths = paths;
  }

  paint(to: CanvasRenderingContext2D, marks: readonly Mark[]): void {
    const { quiet, ink } = this.#palette;
    for (const mark of marks) {
      if (mark.kind === 'token') continue;
      to.fillStyle = mark.kind === 'packet' ? quiet : ink;
      const size = mark.kind === 'packet' ? 2 : 3;
      to.fillRect(mark.x - size / 2, mark.y - size / 2, size, size);
      if (mark.lost) this.#drawArms(to, mark, 0.5);
    }
    this.#tails(to, marks);
    for (const mark of marks) if (mark.kind === 'token') this.#token(to, mark);
  }

  /** One path a hue: two thousand strokes of their own would cost more than all the rest. */
  #tails(to: CanvasRenderingContext2D, marks: readonly Mark[]): void {
    to.lineWidth = 2;
    const paths: Path2D[] = [];
    for (const { kind, lost, hue, x, y, dx, dy } of marks) {
      if (kind !== 'token' || lost) continue;
      const path = (paths[hue] ??= new Path2D());
      path.moveTo(x - dx * 8, y - dy * 8);
      path.lineTo(x - dx * 20, y - dy * 20);
    }
    paths.forEach((path, hue) => {
      to.strokeStyle = this.#palette.edge[hue] ?? this.#palette.ink;
      to.stroke(path);
    });
  }

  #token(to: CanvasRenderingContext2D, mark: Mark): void {
    if (mark.lost) {
      this.#lost(to, mark);
      return;
    }
    to.drawImage(this.#picture(mark), mark.x - HALF, mark.y - HALF, HALF * 2, HALF * 2);
    if (mark.tag > 0) this.#tag(to, mark);
  }

  #picture(mark: Mark): ImageBitmap {
    const name = `${mark.hue} ${mark.shape} ${mark.numeral}`;
    const kept = this.#pictures.get(name);
    if (kept !== undefined) return kept;
    const size = Math.ceil(HALF * 2 * this.#ratio);
    const canvas = new OffscreenCanvas(size, size);
    const to = canvas.getContext('2d');
    if (to !== null) {
      to.scale(size / (HALF * 2), size / (HALF * 2));
      to.translate(HALF, HALF);
      to.fillStyle = this.#palette.fill[mark.hue] ?? '';
      to.strokeStyle = this.#palette.edge[mark.hue] ?? '';
      to.lineWidth = 1.25;
      to.fill(this.#paths[mark.shape]);
      to.stroke(this.#paths[mark.shape]);
      this.#numeral(to, mark, this.#palette.label[mark.hue] ?? '');
    }
    if (this.#pictures.size >= KEPT) this.#pictures.clear();
    const picture = canvas.transferToImageBitmap();
    this.#pictures.set(name, picture);
    return picture;
  }

  #numeral(
    to: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    mark: Mark,
    colour: string,
  ): void {
    to.fillStyle = colour;
    to.font = `600 ${mark.numeral.length > 3 ? 7 : mark.numeral.length > 2 ? 8 : 9.5}px ${this.#palette.font}`;
    to.textAlign = 'center';
    to.fillText(mark.numeral, 0, baselines[mark.shape]);
  }

  #lost(to: CanvasRenderingContext2D, mark: Mark): void {
    to.save();
    to.translate(mark.x, mark.y);
    to.setLineDash([0.1, 2.9]);
    to.lineCap = 'round';
    to.lineWidth = 1.75;
    to.strokeStyle = this.#palette.edge[mark.hue] ?? '';
    to.fillStyle = this.#palette.stage;
    to.fill(this.#paths[mark.shape]);
    to.stroke(this.#paths[mark.shape]);
    this.#numeral(to, mark, this.#palette.quiet);
    to.restore();
    this.#drawArms(to, mark, 1);
  }

  #drawArms(to: CanvasRenderingContext2D, mark: Mark, size: number): void {
    to.save();
    to.translate(mark.x, mark.y);
    to.scale(size, size);
    to.strokeStyle = this.#palette.invalid;
    to.lineWidth = 2 / size;
    to.stroke(this.#arms);
    to.restore();
  }

  #tag(to: CanvasRenderingContext2D, mark: Mark): void {
    const text = String(mark.tag);
    const wide = text.length > 1 ? 14 : 9;
    to.fillStyle = this.#palette.ink;
    to.fillRect(mark.x + 8 - wide / 2, mark.y - 14.5, wide, 11);
    to.fillStyle = this.#palette.onInk;
    to.font = `700 8.5px ${this.#palette.font}`;
    to.textAlign = 'center';
    to.fillText(text, mark.x + 8, mark.y - 6);
  }
}
