/**
 * A document as a file to keep: the author's own keys in their order, with `made` (engine version and digest) where the
 * run is known, and a name made of the title. Handing it to the browser is a link that is clicked once.
 */
import { exportScenario, type Made } from '#sim/scenario/export.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** `text` must be a document that parses. */
export function exportFile(text: string, made?: Made): ExportedFile {
  const document = JSON.parse(text) as ScenarioDocument;
  return { name: fileName(document.title), text: exportScenario(document, made) };
}

/** "Crash after the charge" as crash-after-the-charge.json. */
export function fileName(title: string | undefined): string {
  const plain = (title ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${plain === '' ? 'scenario' : plain}.json`;
}

export function download(file: ExportedFile): void {
  const address = URL.createObjectURL(new Blob([file.text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // Some browsers read the address only after the click's event is done.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
