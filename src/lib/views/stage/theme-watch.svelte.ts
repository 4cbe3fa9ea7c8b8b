/** Which theme is in force, so that what is painted with read colours is painted anew when it changes. */
export class ThemeWatch {
  /** Differs after each change; '' before the page is there. */
  current = $state('');

  /** Returns how to stop watching. */
  watch(): () => void {
    const root = document.documentElement;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const look = (): void => {
      this.current = `${root.dataset.theme ?? 'system'} ${dark.matches ? 'dark' : 'light'}`;
    };
    look();
    const observer = new MutationObserver(look);
    observer.observe(root, { attributes: true, attributeFilter: ['data-theme'] });
    dark.addEventListener('change', look);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', look);
    };
  }
}
