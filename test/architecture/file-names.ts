/**
 * What a source file's name and head must look like: kebab-case after its main export (components PascalCase), a name
 * with an idea in it, and a comment that says what the file is.
 */
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(svelte|machine|worker|test|slow\.test|spec|config|d))*\.(ts|mjs)$/;
const component = /^[A-Z][A-Za-z0-9]*\.svelte$/;
/** A test's claims say what it is. */
const speaksForItself = /\.(test|spec)\.ts$/;
/** SvelteKit's own file names. */
const route = /^\+[a-z.]+(\.svelte|\.ts)$/;
const withoutIdea = /^(utils?|helpers?|common|misc|types|constants|manager)\./;

/** The complaints about one file, given as its path and text. */
export function complaintsAboutFile(path: string, text: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const found: string[] = [];
  if (!kebab.test(name) && !component.test(name) && !route.test(name)) found.push(`${path}: not kebab-case`);
  if (withoutIdea.test(name)) found.push(`${path}: a name without an idea`);
  const begins = text.replace(/^#!.*\n/, '').trimStart();
  const needsHead = !route.test(name) && !speaksForItself.test(name);
  if (needsHead && !/^(\/\*|\/\/|<!--)/.test(begins)) found.push(`${path}: no comment at its head`);
  return found;
}
