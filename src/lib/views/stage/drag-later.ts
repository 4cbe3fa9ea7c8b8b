/** Dragging, loaded where something can be moved: home's stage is only looked at. */
import type { DragHands } from '#lib/views/stage/stage-drag.ts';

export function dragLater(hands: DragHands): (sheet: HTMLElement) => () => void {
  return (sheet) => {
    let end: (() => void) | null = () => undefined;
    void import('#lib/views/stage/stage-drag.ts').then(({ stageDrag }) => {
      if (end !== null) end = stageDrag(hands)(sheet);
    });
    return () => {
      end?.();
      end = null;
    };
  };
}
