/**
 * What the lab's frame remembers beside the run: which view, drawer and dialog are open, what was refused, what the
 * document was before, and the report before a repair. The run itself, playhead and selection are the session's.
 */
import { download, exportFile } from '#lib/storage/export-file.ts';
import { importScenario, type Source } from '#lib/storage/import.ts';
import { tick } from 'svelte';
import type { Repair, RepairQuestion } from '#lib/editor/repairs.ts';
import type { Edited } from '#lib/editor/change.ts';
import type { JsonObject } from '#lib/editor/document-tree.ts';
import { lengthenFault, moveFault, removeFault } from '#lib/editor/fault-edits.ts';
import type { Draft } from '#lib/storage/shelf-layout.ts';
import type { FaultTimes } from '#lib/views/timeline/fault-words.ts';
import { chainSteps, type ChainStep } from '#lib/views/verdicts/chain-steps.ts';
import { RepairRun } from './repair-run.svelte.ts';
import type { KeptWork, LabDrafts } from './lab-drafts.ts';
import { DocumentHistory } from '#lib/editor/document-history.svelte.ts';
import { RunSession } from '#lib/run/run-session.svelte.ts';
import type { FaultWords, Selection, Session } from '#lib/run/session.ts';
import { countSteps } from '#lib/scene/step-count.ts';
import { breakSubject, type BreakSubject } from './break-choices.ts';
import { firstScenario, scenarioFile } from '../scenario-files.ts';
import { words } from './words.ts';

export type View = 'stage' | 'editor';
export type Dialog =
  | { readonly kind: 'none' | 'palette' | 'help' | 'share' | 'open' | 'seed' }
  | { readonly kind: 'break'; readonly subject: BreakSubject | null }
  | { readonly kind: 'repair'; readonly question: RepairQuestion };

const closed: Dialog = { kind: 'none' };

export class LabState {
  readonly session: Session = new RunSession();
  /** The document and every change that led to it; what it accepts is run. */
  readonly document = new DocumentHistory({ onaccepted: (text) => void this.session.edit(text) });
  readonly repairs = new RepairRun(this.session, this.document);
  /** Null until the browser's storage answers. */
  drafts = $state.raw<LabDrafts | null>(null);
  view = $state<View>('stage');
  dialog = $state.raw<Dialog>(closed);
  /** Where the width leaves no room for it: drawn over the stage. */
  drawer = $state<'none' | 'outline' | 'inspector'>('none');
  verdictsOpen = $state(false);
  /** The panel on the page, which knows the steps of the chain that it shows. */
  verdictPanel = $state.raw<{ stepChain(by: 1 | -1): void }>();
  /** JSON pointer of the control that the editor shows. */
  editorAt = $state('');
  /** The stage is not reduced to the open chain. */
  everythingShown = $state(false);
  /** Pictures as tables. */
  tables = $state(false);
  /** What was handed in last and is no scenario. */
  refused = $state.raw<{ readonly name: string; readonly problems: Session['problems'] } | null>(null);
  /** The first document is under way. */
  opening = $state(true);

  openDialog(kind: Exclude<Dialog['kind'], 'break' | 'repair'>): void {
    this.dialog = { kind };
  }

  closeDialog(): void {
    this.dialog = closed;
  }

  /** Opens the form for what is chosen, or for choosing. */
  openBreak(selection: Selection | null = this.session.selection): void {
    const topology = this.session.summary?.topology;
    if (topology === undefined) return;
    this.breakSubject(breakSubject(topology, selection));
  }

  breakSubject(subject: BreakSubject | null): void {
    this.session.pause();
    this.dialog = { kind: 'break', subject };
  }

  /** How often the step was taken up to the playhead. */
  stepsTaken(point: string): { readonly before: number; readonly after: number } {
    const { trace, scene } = this.session;
    return trace === null || scene === null ? { before: 0, after: 0 } : countSteps(trace, point, scene.seq);
  }

  /** `what` is the change's name, at undo. */
  async strike(fault: FaultWords, what: string, triggered: boolean): Promise<boolean> {
    const done = triggered ? await this.session.addFault(fault) : await this.session.breakNow(fault);
    if (!done) return false;
    this.document.adopt(this.session.text, what);
    this.closeDialog();
    return true;
  }

  openRepair(question: RepairQuestion): void {
    this.session.pause();
    this.dialog = { kind: 'repair', question };
  }

  repair(repair: Repair, { check }: RepairQuestion): void {
    this.closeDialog();
    if (!this.repairs.run(repair)) return;
    this.editorAt = repair.change.at;
    this.select({ kind: 'check', id: check, anomaly: 0 });
  }

  async openScenario(name: string): Promise<void> {
    const file = scenarioFile(name);
    if (file === undefined) {
      await this.openScenario(firstScenario);
      this.refused = { name: '', problems: [{ pointer: '', sentence: words.unknownScenario(name) }] };
      return;
    }
    await this.openText(await file.load(), `${file.name}.json`);
  }

  async openText(text: string, fileName: string, draft: Draft | null = null): Promise<boolean> {
    this.refused = null;
    const opened = await this.session.open(text, fileName);
    if (opened) {
      this.drafts?.begin(draft);
      this.document.open(this.session.text);
      this.repairs.close();
      this.verdictsOpen = false;
      this.view = 'stage';
    }
    return opened;
  }

  /** The work of last time. A text with problems is shown as it was, beside the run of the last good one. */
  async resume({ draft, good }: KeptWork): Promise<boolean> {
    if (await this.openText(draft.text, draft.name, draft)) return true;
    if (good === null || !(await this.openText(good, draft.name, draft))) return false;
    this.document.write(draft.text);
    this.view = 'editor';
    return true;
  }

  /** Keeps what was changed since the document was opened; true where there was something to keep. */
  keepDraft(): boolean {
    const { changes, text, good } = this.document;
    if (changes.names.length === 0) return false;
    this.drafts?.keep(this.session.fileName, text, good);
    return true;
  }

  /** From the timeline: a bar was moved or lengthened; numbers count from 1. */
  changeFault(number: number, times: FaultTimes): void {
    const planned = this.session.timeline?.faults.find((fault) => fault.number === number)?.planned;
    if (planned === undefined) return;
    if (times.at !== null && times.at !== planned.at)
      this.#edit((value) => moveFault(value, number - 1, times.at ?? 0));
    if (times.lasts !== planned.lasts) this.#edit((value) => lengthenFault(value, number - 1, times.lasts));
  }

  removeFault(number: number): void {
    this.#edit((value) => removeFault(value, number - 1));
  }

  #edit(change: (value: JsonObject) => Edited): void {
    const { value } = this.document;
    if (value !== null) this.document.apply(change(value));
  }

  /** A file, a drop, a paste or a link. What is no scenario leaves what is open as it is and says why. */
  async take(source: Source): Promise<void> {
    const taken = await importScenario(source);
    if (taken.ok) await this.openText(taken.text, taken.name);
    else this.refused = { name: taken.name, problems: taken.problems };
  }

  /** Records of the open anomaly's chain, ascending; empty where none is open. */
  get chain(): readonly number[] {
    const { selection, report } = this.session;
    if (!this.verdictsOpen || selection?.kind !== 'check' || report === null) return [];
    const verdict = report.verdicts.find(({ id }) => id === selection.id);
    return verdict?.anomalies[Math.max(0, selection.anomaly)]?.chain ?? [];
  }

  /** The open chain as the verdict panel numbers it: the same numbers stand on stage and timeline. */
  readonly steps: readonly ChainStep[] = $derived.by(() => {
    const { trace, summary } = this.session;
    return trace === null || summary === null ? [] : chainSteps(trace, this.chain, summary.topology);
  });

  /** To the step of the open chain before or after the playhead. */
  stepChain(by: 1 | -1): void {
    this.verdictPanel?.stepChain(by);
  }

  toggleTables(): void {
    this.tables = !this.tables;
  }

  /** The innermost thing that is open is closed; then nothing is chosen. */
  escape(): void {
    if (this.drawer === 'outline') this.drawer = 'none';
    else if (this.verdictsOpen) {
      this.verdictsOpen = false;
      this.drawer = 'none';
    } else if (this.drawer !== 'none') this.drawer = 'none';
    else this.session.select(null);
  }

  showVerdicts(): void {
    const { selection, report } = this.session;
    const broken = report?.verdicts.find(({ verdict }) => verdict === 'invalid');
    if (selection?.kind !== 'check' && broken !== undefined) {
      this.session.select({ kind: 'check', id: broken.id, anomaly: 0 });
    }
    this.verdictsOpen = true;
    this.drawer = 'inspector';
    // Below the stage on a phone; elsewhere it is in view already.
    void tick().then(() =>
      document.querySelector('[data-region="inspector"]')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  select(selection: Selection | null): void {
    this.session.select(selection);
    this.everythingShown = false;
    if (selection?.kind === 'check') this.showVerdicts();
    else if (selection !== null) this.verdictsOpen = false;
  }

  save(): void {
    const { text, report } = this.session;
    const made = report === null ? undefined : { version: report.version, digest: report.digest };
    download(exportFile(text, made));
  }
}
