/** Every sentence that storage, links and files say. */

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`;

export const linkWords = {
  notOurs: 'This is not a link to a scenario: it does not begin with #s1=.',
  newer: (version: string) =>
    `This link is of format ${version}; this Spillway knows s1. Use a newer Spillway.`,
  empty: 'The link holds no scenario: nothing stands behind #s1=.',
  cut: 'The link is damaged: it is cut off or was changed on its way. Ask for the file.',
  letters: 'The link is damaged: it holds characters that such links never have.',
  tooBig: 'The link unpacks to more than 5 MB; no scenario is that large. It was not opened.',
  tooLong: (bytes: number) => `The link would be ${kilobytes(bytes)}; too long for some chats. Save a file.`,
  notJson: 'This document is not JSON; repair it before sharing.',
} as const;

export const importWords = {
  nothing: 'There is nothing to open: neither a file nor a text.',
  tooLarge: (name: string) => `${name} is larger than 5 MB; no scenario is that large.`,
  unreadable: (name: string) =>
    `${name} could not be read. It may have been moved or removed since it was chosen.`,
  notText: (name: string) => `${name} is not text in UTF-8.`,
  severalFiles: (count: number) => `${count} files were dropped; one is opened at a time.`,
  pasted: 'pasted text',
  linked: 'a link',
  wholeKeep: 'This is an export of everything, not one scenario.',
  wholeKeepHint: 'Bring it in under "Drafts and runs".',
} as const;

export const shelfWords = {
  none: 'This browser does not let the page store anything. Work stays in this tab; save it as a file.',
  blocked: 'Another tab holds an older version of the storage. Close the other tabs, then try again.',
  outdated:
    'Another tab runs a newer Spillway. Reload this tab to go on saving; until then work stays in this tab.',
  full: (used: string) =>
    `The browser’s storage is full${used}. Work stays in this tab; save it as a file or remove runs.`,
  closed:
    'The browser closed the storage. Reload the tab to go on saving; until then work stays in this tab.',
  failed: (why: string) => `Saving failed: ${why}. Work stays in this tab; save it as a file.`,
  otherTab: (name: string, time: string) => `${name} (other tab, ${time})`,
  used: (megabytes: string, of: string) => ` (${megabytes} of ${of} MB)`,
} as const;

export const everythingWords = {
  notJson: 'This file is not JSON.',
  notOurs: 'This is not an export of everything. It begins with { "spillway": "everything".',
  newer: (version: number) =>
    `The export has version ${version}; this Spillway knows version 1. Use a newer Spillway.`,
  wrongEntry: 'This entry lacks what it needs and was left out.',
  tooLarge: 'The file is larger than 200 MB.',
} as const;
