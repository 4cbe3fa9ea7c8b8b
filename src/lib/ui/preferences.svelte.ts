/**
 * What a reader sets about the page itself: theme and single-key shortcuts. Kept in localStorage, because the theme must
 * be known before the first paint (static/theme.js reads the same key); where storage is forbidden it holds for the visit.
 */
export type Theme = 'system' | 'light' | 'dark';

const THEME = 'spillway-theme';
const SINGLE_KEYS = 'spillway-single-keys';

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Forbidden or full: the choice holds for this visit.
  }
}

class Preferences {
  theme = $state<Theme>('system');
  /** Shortcuts of one key without Ctrl or Cmd. */
  singleKeys = $state(true);

  /** In the browser only: prerendered pages know nobody's choices. */
  load(): void {
    const theme = read(THEME);
    this.theme = theme === 'light' || theme === 'dark' ? theme : 'system';
    this.singleKeys = read(SINGLE_KEYS) !== 'off';
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    keep(THEME, theme === 'system' ? null : theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  nextTheme(): void {
    this.setTheme(this.theme === 'system' ? 'light' : this.theme === 'light' ? 'dark' : 'system');
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    keep(SINGLE_KEYS, on ? null : 'off');
  }
}

export const preferences = new Preferences();
