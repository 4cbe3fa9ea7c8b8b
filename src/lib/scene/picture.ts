/** A scene written out: what the folded state and the facts of the run mean at one time, in names and plain data. */
import type { SimTime } from '#sim/base/time.ts';
import { Delivered } from '#sim/trace/vocabulary.ts';
import { PACKET_BITS, type RunFacts } from '#lib/scene/facts.ts';
import { flightOver } from '#lib/scene/flight.ts';
import { messageOf } from '#lib/scene/message.ts';
import type { Carried } from '#lib/scene/packet-facts.ts';
import { groupScenes, machineScenes, processScenes } from '#lib/scene/picture-processes.ts';
import { ledgerScenes, partitionScenes, tableScenes } from '#lib/scene/picture-stores.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { CounterScene, FlightScene, FlightVerdict, LinkRateScene, Scene } from '#lib/scene/scene.ts';
import { Counter, type SceneState } from '#lib/scene/scene-state.ts';

/** How many records, ledger rows and table rows a scene holds of each. */
const RECENT = 12;
const CARGO_SHOWN = 8;
const RATE_WINDOW = 1_000_000;
/** From an answer to its request to the step behind that. */
const CAUSES_LOOKED_AT = 4;

const VERDICTS: Readonly<Record<number, FlightVerdict>> = {
  [Delivered.passed]: 'passed',
  [Delivered.dropped]: 'dropped',
  [Delivered.held]: 'held',
  [Delivered.delayed]: 'delayed',
  [Delivered.duplicated]: 'duplicated',
};

export function sceneOf(state: SceneState, at: SimTime, facts: RunFacts, trace: ReceivedTrace): Scene {
  const { ground } = facts;
  return {
    at,
    seq: state.seq,
    processes: processScenes(state, ground, trace),
    partitions: partitionScenes(state, facts, trace, RECENT),
    groups: groupScenes(state, ground),
    ledgers: ledgerScenes(state, facts, trace, RECENT),
    tables: tableScenes(state, facts, trace, RECENT),
    flights: flightScenes(state, at, facts, trace),
    rates: rateScenes(state, at, facts, trace),
    faults: state.faults.map(({ number, kind, target, since, seq }) => ({
      number,
      kind: ground.name(kind),
      target: ground.name(target),
      since,
      seq,
    })),
    machines: machineScenes(state, ground),
    counters: counterScene(state),
  };
}

/** What a packet carries: what is known to have come with it, else what the step that sent it is about. */
function cargoOf(facts: RunFacts, trace: ReceivedTrace, seq: number, packet: string): Carried[] {
  const known = facts.packets.cargo(seq);
  if (known.length > 0 || !facts.ground.carriesMessages(packet)) return known;
  let row = trace.row(seq);
  for (let i = 0; i < CAUSES_LOOKED_AT && row !== null; i += 1) {
    if (row.lid >= 0) return [{ lid: row.lid, mid: row.mid }];
    row = trace.row(row.cause);
  }
  return [];
}

function flightScenes(state: SceneState, at: SimTime, facts: RunFacts, trace: ReceivedTrace): FlightScene[] {
  const { ground } = facts;
  const flights: FlightScene[] = [];
  for (const seq of state.flights) {
    if (flightOver(trace, seq, at)) continue;
    const row = trace.row(seq);
    if (row === null) continue;
    const packet = ground.packetName(row.b & PACKET_BITS);
    const cargo = cargoOf(facts, trace, seq, packet);
    const verdict = VERDICTS[row.c] ?? 'passed';
    const arrives = verdict === 'dropped' || verdict === 'held' ? row.at : row.value;
    flights.push({
      seq,
      from: ground.entityName(row.entity),
      to: ground.entityName(row.a),
      fromEntity: row.entity,
      toEntity: row.a,
      packet,
      cargo: cargo.slice(0, CARGO_SHOWN).map(({ lid, mid }) => messageOf(ground.catalog, lid, mid)),
      more: Math.max(0, cargo.length - CARGO_SHOWN),
      sentAt: row.at,
      arrivesAt: arrives,
      progress: arrives > row.at ? Math.min(1, (at - row.at) / (arrives - row.at)) : 0.5,
      verdict,
    });
  }
  return flights;
}

function rateScenes(state: SceneState, at: SimTime, facts: RunFacts, trace: ReceivedTrace): LinkRateScene[] {
  const window = Math.min(RATE_WINDOW, Math.max(1, at));
  const from = trace.index.firstAt(at - window + 1);
  return facts.packets.hopsBetween(from, state.seq).map((hop) => ({
    from: facts.ground.entityName(hop.from),
    to: facts.ground.entityName(hop.to),
    perSecond: (hop.count * 1_000_000) / window,
  }));
}

function counterScene({ counters }: SceneState): CounterScene {
  const of = (counter: number): number => counters[counter] ?? 0;
  return {
    produced: of(Counter.produced),
    confirmed: of(Counter.confirmed),
    refused: of(Counter.refused),
    appended: of(Counter.appended),
    delivered: of(Counter.delivered),
    redelivered: of(Counter.redelivered),
    handled: of(Counter.handled),
    failed: of(Counter.failed),
    skipped: of(Counter.skipped),
    effects: of(Counter.effects),
    commits: of(Counter.commits),
    commitsRefused: of(Counter.commitsRefused),
    retries: of(Counter.retries),
    packets: of(Counter.packets),
    packetsLost: of(Counter.packetsLost),
  };
}
