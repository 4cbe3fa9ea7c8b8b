/** The frame's words: what stands on bars, dialogs and messages that belong to no single view. */
export const words = {
  name: 'Spillway',
  home: 'Spillway, home',
  theme: {
    system: 'Theme: as the system',
    light: 'Theme: light',
    dark: 'Theme: dark',
    change: 'Change theme',
  },
  close: 'Close',
  dismiss: 'Dismiss',
  palette: {
    title: 'Commands',
    field: 'Find a command, a part or a scenario',
    none: 'Nothing of that name.',
    found: (count: number): string => (count === 1 ? '1 entry' : `${count} entries`),
  },
  help: {
    title: 'Keys',
    singleKeys: 'Keys without Ctrl or Cmd',
    singleKeysMeaning: 'Switch them off where you speak to your computer or press keys by accident.',
    rest: 'Tab goes through everything; F6 goes from region to region. Every drag also has a form.',
  },
  bug: {
    title: 'Our bug, not the scenario’s.',
    stays: 'The last good picture stays.',
    copy: 'Copy what we need to find it',
    copied: 'Copied.',
    notCopied: 'The browser did not let us copy. Select the text instead.',
  },
} as const;
