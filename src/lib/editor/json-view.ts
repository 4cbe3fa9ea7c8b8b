/**
 * The document's JSON in CodeMirror 6, loaded only when it is shown. It lives in a shadow root, where its styles are
 * constructed sheets: the strict content security policy allows no inline style elements. Marks are our problems at the
 * places that their pointers name.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Annotation, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { findSpans, nearestSpan, pointerAt } from '#lib/editor/json-positions.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export interface JsonViewOptions {
  readonly text: string;
  readonly label: string;
  readonly onchange: (text: string) => void;
  /** The pointer of the value that the cursor came to stand in. */
  readonly onplace: (pointer: string) => void;
  readonly onundo: () => void;
  readonly onredo: () => void;
}

export interface JsonView {
  setText(text: string): void;
  setProblems(problems: readonly Problem[]): void;
  /** Selects and shows the value at a pointer. */
  reveal(pointer: string): void;
  destroy(): void;
}

/** Marks changes that come from the document, not from typing. */
const fromDocument = Annotation.define<boolean>();

const ink = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: tags.string, color: 'var(--ink-2)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--ink)', fontWeight: '600' },
  { tag: tags.punctuation, color: 'var(--ink-3)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', color: 'var(--ink)', backgroundColor: 'var(--well)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '6px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--ink-3)',
    border: '0',
    borderRight: '1px solid var(--line-1)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent', boxShadow: 'inset 2px 0 0 var(--line-2)' },
  '&.cm-focused .cm-activeLine': { boxShadow: 'inset 2px 0 0 var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--press)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--press)', outline: '0' },
  '.cm-gutter-lint': { width: '12px' },
  '.cm-lint-marker-error': {
    content: 'none',
    width: '8px',
    height: '8px',
    marginTop: '5px',
    backgroundColor: 'var(--invalid)',
  },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--invalid)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    color: 'var(--ink)',
    border: '1px solid var(--line-2)',
    boxShadow: 'var(--shadow-menu)',
  },
  '.cm-diagnostic-error': {
    borderLeft: '2px solid var(--invalid)',
    fontFamily: 'var(--sans)',
    padding: '4px 8px',
  },
});

export function createJsonView(host: HTMLElement, options: JsonViewOptions): JsonView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  // The document's own history is the one that undoes: shared with forms, stage and repairs.
  const documentKeys = Prec.highest(
    keymap.of([
      { key: 'Mod-z', run: () => (options.onundo(), true), preventDefault: true },
      { key: 'Mod-y', mac: 'Mod-Shift-z', run: () => (options.onredo(), true), preventDefault: true },
      { key: 'Mod-Shift-z', run: () => (options.onredo(), true), preventDefault: true },
      // Tab stays an indent; Escape and then Tab leaves the field, as everywhere in CodeMirror.
    ]),
  );
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        documentKeys,
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        json(),
        syntaxHighlighting(ink),
        look,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          const ours = update.transactions.some((transaction) => transaction.annotation(fromDocument));
          if (update.docChanged && !ours) options.onchange(update.state.doc.toString());
          else if (update.selectionSet && !ours && update.view.hasFocus) {
            options.onplace(
              pointerAt(findSpans(update.state.doc.toString()), update.state.selection.main.head),
            );
          }
        }),
      ],
    }),
  });
  return {
    setText: (text) => replaceText(view, text),
    setProblems: (problems) => {
      view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc.toString(), problems)));
    },
    reveal: (pointer) => {
      const span = nearestSpan(findSpans(view.state.doc.toString()), pointer);
      if (!span) return;
      view.dispatch({
        selection: { anchor: span.key, head: pointer === '' ? span.key : span.to },
        effects: EditorView.scrollIntoView(span.key, { y: 'start', yMargin: 60 }),
        annotations: fromDocument.of(true),
      });
    },
    destroy: () => view.destroy(),
  };
}

/** Replaces only what differs, so that cursor and scrolling stay. */
function replaceText(view: EditorView, text: string): void {
  const old = view.state.doc.toString();
  if (old === text) return;
  let from = 0;
  const shorter = Math.min(old.length, text.length);
  while (from < shorter && old.charCodeAt(from) === text.charCodeAt(from)) from += 1;
  let tail = 0;
  while (
    tail < shorter - from &&
    old.charCodeAt(old.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)
  )
    tail += 1;
  view.dispatch({
    changes: { from, to: old.length - tail, insert: text.slice(from, text.length - tail) },
    annotations: fromDocument.of(true),
  });
}

export function diagnosticsOf(text: string, problems: readonly Problem[]): Diagnostic[] {
  const spans = findSpans(text);
  return problems.map(({ pointer, sentence, hint }) => {
    const place = placeInWords(text, sentence);
    const span = nearestSpan(spans, pointer);
    const from = place ?? span?.key ?? 0;
    const end = place === null ? (span?.to ?? from) : place + 1;
    // A whole object underlined says nothing: its first line does.
    const line = text.indexOf('\n', from);
    const to = Math.min(end, line < 0 ? text.length : line, text.length);
    const message = hint === undefined ? sentence : `${sentence} ${hint}`;
    return {
      from: Math.min(from, text.length),
      to: Math.max(to, Math.min(from, text.length)),
      severity: 'error' as const,
      message,
    };
  });
}

/** Text that is not JSON has no pointers: its problem says line and column. */
function placeInWords(text: string, sentence: string): number | null {
  const found = /at line ([0-9]+), column ([0-9]+)\.$/.exec(sentence);
  if (!found) return null;
  let start = 0;
  for (let line = 1; line < Number(found[1]); line += 1) start = text.indexOf('\n', start) + 1;
  return Math.min(start + Number(found[2]) - 1, text.length);
}
