/**
 * What the lab's frame remembers beside the run: which view, drawer and dialog are open, what was refused, what the
 * document was before, and the report before a repair. The run itself, playhead and selection are the session's.
 */
import { download, exportFile } from '#lib/storage/export-file.ts';
import { smallSystem } from '#lib/editor/add-part.ts';
import { runsAlike } from '#lib/editor/same-run.ts';
import { importScenario, type Source } from '#lib/storage/import.ts';
import { tick, untrack } from 'svelte';
import type { Repair, RepairQuestion } from '#lib/editor/repairs.ts';
import type { Draft, StoredRun } from '#lib/storage/shelf-layout.ts';
import { chainSteps, type ChainStep } from '#lib/views/verdicts/chain-steps.ts';
import { LabFrame } from './lab-frame.svelte.ts';
import { DocumentEdits } from './document-edits.ts';
import { RepairRun } from './repair-run.svelte.ts';
import type { KeptWork, LabDrafts } from './lab-drafts.svelte.ts';
import { DocumentHistory } from '#lib/editor/document-history.svelte.ts';
import type { Connection } from '#lib/views/stage/stage-props.ts';
import { RunSession } from '#lib/run/run-session.svelte.ts';
import type { FaultWords, Selection, Session } from '#lib/run/session.ts';
import { countSteps } from '#lib/scene/step-count.ts';
import { breakSubject, type BreakSubject } from './break-choices.ts';
import { firstScenario, scenarioFile } from '../scenario-files.ts';
import { words } from './words.ts';

export class LabState extends LabFrame {
  readonly session: Session = new RunSession();
  /** The document and every change that led to it; what it accepts is run. */
  readonly document = new DocumentHistory({ onaccepted: (text) => this.#accepted(text) });
  readonly edits = new DocumentEdits(this.session, this.document);
  readonly repairs = new RepairRun(this.session, this.document);
  /** Null until the browser's storage answers. */
  drafts = $state.raw<LabDrafts | null>(null);
  /** The panel on the page, which knows the steps of the chain that it shows. */
  verdictPanel = $state.raw<{ stepChain(by: 1 | -1): void }>();
  /** The drawing on the page, while it is there. */
  stage = $state.raw<{ moveSelected(): void }>();
  /** The stage was cleared to begin anew; what was open is on the shelf if it was changed. */
  blank = $state(false);
  /** What was handed in last and is no scenario. */
  refused = $state.raw<{ readonly name: string; readonly problems: Session['problems'] } | null>(null);
  /** The kept run that was opened last. */
  keptRun = $state.raw<StoredRun | null>(null);
  /** Name of the site's own scenario file that was opened last; null where something else was. */
  scenario = $state.raw<string | null>(null);
  /** The first document is under way. */
  opening = $state(true);

  /** What only moves parts or names things goes on with the run as it is. */
  #accepted(text: string): void {
    if (runsAlike(text, this.session.text)) this.session.carry(text);
    else void this.session.edit(text);
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

  /** A line was drawn on the stage. Reading needs no more words; publishing needs an event type. */
  connect({ service, topic, way }: Connection): void {
    const { events } = this.edits;
    if (way === 'consume') this.edits.consume(service, topic);
    else if (events.length === 1) this.edits.publish(service, topic, events[0] ?? '');
    else this.dialog = { kind: 'connect', service, topic };
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
    if (await this.openText(await file.load(), `${file.name}.json`)) this.scenario = file.name;
  }

  async openText(
    text: string,
    fileName: string,
    draft: Draft | null = null,
    seed?: number,
  ): Promise<boolean> {
    this.refused = null;
    this.keptRun = null;
    await this.drafts?.keeper.flush();
    const opened = await this.session.open(text, fileName, seed);
    if (opened) {
      this.scenario = null;
      this.blank = false;
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

  clear(): void {
    this.session.pause();
    this.select(null);
    this.verdictsOpen = false;
    this.blank = true;
  }

  /** The smallest system that runs: a producer with the topic that it writes. */
  async beginSmall(): Promise<void> {
    await this.openText(smallSystem(), words.smallSystem);
  }

  async openDraft(draft: Draft): Promise<void> {
    this.closeDialog();
    const work = await this.drafts?.work(draft);
    if (work !== undefined) await this.resume(work);
  }

  /** A kept run is computed again; `runDiffers` says where it is no longer the same. */
  async openRun(run: StoredRun): Promise<void> {
    this.closeDialog();
    if (await this.openText(run.text, run.name, null, run.seed)) this.keptRun = run;
  }

  /** Nothing is under way: what a browser test waits for. What could not be saved is not waited for. */
  get idle(): boolean {
    return this.session.idle && !this.opening && this.drafts?.keeper.state.kind !== 'waiting';
  }

  /** Keeps what was changed since the document was opened; true where there was something to keep. */
  keepDraft(): boolean {
    const { drafts } = this;
    const { changes, text, good } = this.document;
    if (changes.names.length === 0) return false;
    // Kept again when the document changes, not when the shelf does.
    untrack(() => drafts?.keep(this.session.fileName, text, good));
    return true;
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
