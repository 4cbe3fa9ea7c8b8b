/**
 * The page's side of the boundary: owns the worker, starts it on first use, and ends it when it died or has said
 * nothing for two seconds while something was expected of it. Whoever holds the client is told (`lost`) and starts
 * again from file and seed; nothing waits for ever.
 */
import { transfer, wrap, type Remote } from 'comlink';
import type {
  MachineGraph,
  OpenAnswer,
  OpenOptions,
  RunBudget,
  SimulationApi,
  SimulationEvent,
} from '#worker/protocol.ts';

/** What a session needs of the simulation; a test gives one without a worker. */
export interface SimulationLink {
  onEvent: (event: SimulationEvent) => void;
  onLost: (reason: string) => void;
  open(text: string, options: OpenOptions): Promise<OpenAnswer>;
  runTo(run: number, time: number | 'end'): void;
  stop(): void;
  setBudget(budget: RunBudget): void;
  report(): void;
  machines(): Promise<readonly MachineGraph[]>;
  /** A trace chunk of this run was taken in. */
  acknowledge(run: number): void;
  close(): void;
}

const LOOK_EVERY_MS = 500;
/** Looks without a word from the worker, counted rather than timed: a page that slept has not looked either. */
const LOOKS_ALLOWED = 4;
/** Until its first word: the script has to be loaded. */
const LOOKS_WHILE_LOADING = 60;

interface Connection {
  readonly worker: Worker;
  readonly remote: Remote<SimulationApi>;
  readonly port: MessagePort;
  readonly watch: ReturnType<typeof setInterval>;
  readonly died: Promise<never>;
  readonly die: (reason: Error) => void;
  silentLooks: number;
  looksAllowed: number;
}

export class SimulationClient implements SimulationLink {
  onEvent: (event: SimulationEvent) => void = () => undefined;
  onLost: (reason: string) => void = () => undefined;
  #connection: Connection | null = null;

  async open(text: string, options: OpenOptions): Promise<OpenAnswer> {
    return await this.#ask<OpenAnswer>((remote) => remote.open(text, options));
  }

  async machines(): Promise<readonly MachineGraph[]> {
    return await this.#ask((remote) => remote.machines());
  }

  runTo(run: number, time: number | 'end'): void {
    this.#tell((remote) => remote.runTo(run, time));
  }

  stop(): void {
    if (this.#connection !== null) this.#tell((remote) => remote.stop());
  }

  setBudget(budget: RunBudget): void {
    this.#tell((remote) => remote.setBudget(budget));
  }

  report(): void {
    this.#tell((remote) => remote.report());
  }

  acknowledge(run: number): void {
    this.#connection?.port.postMessage({ run });
  }

  close(): void {
    this.#end(new Error('The session was closed.'));
  }

  #ask<T>(question: (remote: Remote<SimulationApi>) => PromiseLike<T>): Promise<T> {
    const connection = this.#connect();
    return Promise.race([question(connection.remote), connection.died]);
  }

  #tell(command: (remote: Remote<SimulationApi>) => Promise<unknown>): void {
    command(this.#connect().remote).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.onEvent({ kind: 'bug', run: -1, message });
    });
  }

  #connect(): Connection {
    if (this.#connection !== null) return this.#connection;
    const worker = new Worker(new URL('./simulation.worker.ts', import.meta.url), { type: 'module' });
    const { port1, port2 } = new MessageChannel();
    let die: (reason: Error) => void = () => undefined;
    const died = new Promise<never>((_, reject) => (die = reject));
    died.catch(() => undefined);
    const remote = wrap<SimulationApi>(worker);
    const watch = setInterval(() => this.#look(), LOOK_EVERY_MS);
    const connection = {
      worker,
      remote,
      port: port1,
      watch,
      died,
      die,
      silentLooks: 0,
      looksAllowed: LOOKS_WHILE_LOADING,
    };
    this.#connection = connection;
    worker.addEventListener('error', (event) => {
      if (this.#connection === connection) this.#lose(event.message || 'The simulation did not load.');
    });
    port1.onmessage = (message: MessageEvent<SimulationEvent>) => {
      heard(connection);
      if (this.#connection === connection) this.onEvent(message.data);
    };
    void remote.connect(transfer(port2, [port2]));
    return connection;
  }

  #look(): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.silentLooks += 1;
    if (connection.silentLooks > connection.looksAllowed) {
      this.#lose('The simulation gave no sign of life for two seconds.');
      return;
    }
    connection.remote.ping().then(
      () => heard(connection),
      () => undefined,
    );
  }

  #lose(reason: string): void {
    this.#end(new Error(reason));
    this.onLost(reason);
  }

  #end(reason: Error): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    clearInterval(connection.watch);
    connection.worker.terminate();
    connection.port.close();
    connection.die(reason);
  }
}

function heard(connection: Connection): void {
  connection.silentLooks = 0;
  connection.looksAllowed = LOOKS_ALLOWED;
}
