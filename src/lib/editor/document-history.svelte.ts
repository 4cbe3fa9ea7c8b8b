/** The open document's log as a signal: what the page shows follows every change, undo and redo. */
import { DocumentLog, EMPTY_LOG, type HistoryOptions } from '#lib/editor/document-log.ts';

export class DocumentHistory extends DocumentLog {
  constructor(options: HistoryOptions = {}) {
    let log = $state.raw(EMPTY_LOG);
    super(options, {
      get log() {
        return log;
      },
      set log(next) {
        log = next;
      },
    });
  }
}
