/** The worker's entry: gives a Simulation its clock, its way to let messages in, and its port. */
import { expose } from 'comlink';
import type { Acknowledgement, SimulationApi } from '#worker/protocol.ts';
import { Simulation } from '#worker/simulation.ts';
import { buffersOf } from '#worker/trace-sender.ts';

let events: MessagePort | null = null;

/** Lets messages from the page in; a timer would cost at least 4 ms a slice. */
const turn = new MessageChannel();
function pause(): Promise<void> {
  return new Promise((resolve) => {
    turn.port1.onmessage = () => resolve();
    turn.port2.postMessage(null);
  });
}

const simulation = new Simulation({
  emit: (event) => events?.postMessage(event, buffersOf(event)),
  clock: () => performance.now(),
  pause,
});

const api: SimulationApi = {
  connect(port) {
    events = port;
    port.onmessage = (message: MessageEvent<Acknowledgement>) => simulation.acknowledge(message.data.run);
  },
  open: (text, options) => simulation.open(text, options),
  runTo: (run, time) => simulation.runTo(run, time),
  stop: () => simulation.stop(),
  setBudget: (budget) => simulation.setBudget(budget),
  report: () => simulation.report(),
  machines: () => simulation.machines(),
  ping: () => undefined,
};

expose(api);
