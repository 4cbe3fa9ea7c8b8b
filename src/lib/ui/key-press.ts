/**
 * Keys as commands name them: `Space`, `.`, `ArrowLeft`, `F6`, `mod+k`, `mod+shift+z`. `mod` is Ctrl or Cmd. What a field,
 * a button or a tree does with a key itself goes before any shortcut.
 */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

interface Parts {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly key: string;
}

function partsOf(keys: string): Parts {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  return { mod: parts.includes('mod'), shift: parts.includes('shift'), key: key === 'Space' ? ' ' : key };
}

export function matchesKeys(press: KeyPress, keys: string): boolean {
  const { mod, shift, key } = partsOf(keys);
  if (press.altKey || mod !== (press.ctrlKey || press.metaKey)) return false;
  if (mod) return press.key.toLowerCase() === key && press.shiftKey === shift;
  // A sign such as `?` may need Shift or not, by the keyboard; a named key with Shift is another key.
  if (key.length > 1 || key === ' ') return press.key === key && press.shiftKey === shift;
  return press.key === key;
}

/** Without Ctrl or Cmd, and a character: what can be switched off, because speech input types such keys. */
export function isSingleKey(keys: string): boolean {
  const { mod, key } = partsOf(keys);
  return !mod && key.length === 1;
}

const ownWords =
  'input:not([type="range"], [type="radio"], [type="checkbox"], [type="file"]), textarea, select, [contenteditable="true"]';
const ownSpace =
  'button, a, summary, label, input, [role="button"], [role="tab"], [role="treeitem"], [role="option"]';
const ownArrows =
  'input, select, [role="tree"], [role="tablist"], [role="slider"], [role="grid"], [role="listbox"], [role="menu"], [role="radiogroup"], [role="application"], svg';

/** True where the thing that has the focus uses this key for itself. */
export function belongsToTarget(press: KeyPress, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog[open]')) return true;
  const commandKey = press.ctrlKey || press.metaKey;
  if (target.closest(ownWords)) return press.key !== 'F6' && !(commandKey && press.key.toLowerCase() === 'k');
  if (press.key === ' ') return target.closest(ownSpace) !== null;
  if (/^(Arrow|Home|End|Page)/.test(press.key)) return target.closest(ownArrows) !== null;
  return false;
}

const shown: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

/** As a keyboard's owner reads it: `⌘K` on a Mac, `Ctrl+K` elsewhere. */
export function keysText(keys: string, mac: boolean): string {
  const { mod, shift, key } = partsOf(keys);
  const name = shown[key] ?? (mod ? key.toUpperCase() : key);
  if (mac) return `${shift ? '⇧' : ''}${mod ? '⌘' : ''}${name}`;
  return `${mod ? 'Ctrl+' : ''}${shift ? 'Shift+' : ''}${name}`;
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
}
