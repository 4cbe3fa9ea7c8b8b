/** What is open on the lab's page beside the run: view, dialog, drawer, tables. */
import type { RepairQuestion } from '#lib/editor/repairs.ts';
import type { BreakSubject } from './break-choices.ts';

export type View = 'stage' | 'sequence' | 'both' | 'editor';
export type Dialog =
  | { readonly kind: 'none' | 'palette' | 'help' | 'share' | 'open' | 'paste' | 'seed' | 'shelf' }
  | { readonly kind: 'break'; readonly subject: BreakSubject | null }
  | { readonly kind: 'connect'; readonly service: string; readonly topic: string }
  | { readonly kind: 'repair'; readonly question: RepairQuestion };

const closed: Dialog = { kind: 'none' };

export class LabFrame {
  view = $state<View>('stage');
  dialog = $state.raw<Dialog>(closed);
  /** Where the width leaves no room for it: drawn over the stage. */
  drawer = $state<'none' | 'outline' | 'inspector'>('none');
  verdictsOpen = $state(false);
  /** JSON pointer of the control that the editor shows. */
  editorAt = $state('');
  /** The stage is not reduced to the open chain. */
  everythingShown = $state(false);
  /** Pictures as tables. */
  tables = $state(false);

  openDialog(kind: Exclude<Dialog['kind'], 'break' | 'repair' | 'connect'>): void {
    this.dialog = { kind };
  }

  closeDialog(): void {
    this.dialog = closed;
  }

  /** Stage, sequence, both, and round again. */
  nextPicture(): void {
    this.view = this.view === 'stage' ? 'sequence' : this.view === 'sequence' ? 'both' : 'stage';
  }

  toggleTables(): void {
    this.tables = !this.tables;
  }
}
