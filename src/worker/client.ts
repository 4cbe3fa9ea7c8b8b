/**
 * The page's side of the boundary: owns the worker, starts it on first use and again after it died. A worker that
 * dies (out of memory, a script that does not load) rejects the run that it was doing; nothing waits for ever.
 */
import { proxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { RunAnswer, RunProgress, SimulationApi } from '#worker/protocol.ts';

interface Connection {
  readonly worker: Worker;
  readonly remote: Remote<SimulationApi>;
  readonly died: Promise<never>;
}

export class SimulationClient {
  #connection: Connection | null = null;

  async run(text: string, onProgress: (progress: RunProgress) => void): Promise<RunAnswer> {
    const { remote, died } = this.#connect();
    return await Promise.race([remote.run(text, proxy(onProgress)), died]);
  }

  async stop(): Promise<void> {
    await this.#connection?.remote.stop();
  }

  /** Ends the worker with whatever it is doing. */
  close(): void {
    this.#connection?.worker.terminate();
    this.#connection = null;
  }

  #connect(): Connection {
    if (this.#connection) return this.#connection;
    const worker = new Worker(new URL('./simulation.worker.ts', import.meta.url), { type: 'module' });
    const died = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => {
        this.close();
        reject(new Error(event.message || 'The simulation worker did not load.'));
      });
    });
    died.catch(() => undefined);
    this.#connection = { worker, remote: wrap<SimulationApi>(worker), died };
    return this.#connection;
  }
}
