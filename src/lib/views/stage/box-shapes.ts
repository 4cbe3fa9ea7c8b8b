/**
 * How large a part's box is and what stands where in it, from the topology alone. Measures are the grammar's: header 24,
 * steps 20 high with 9 between them, cells of 20, strips every 48, ledger rows of 18.
 */
import type { BrokerTopology, ServiceTopology, StoreTopology, TopicTopology } from '#lib/scene/parts.ts';
import type {
  CrashTick,
  ProcessPlan,
  ProgramPlan,
  StepCell,
  StorePlan,
  TopicPlan,
} from '#lib/views/stage/plan.ts';

const STEP = 20;
const GAP = 9;
const STEP_PITCH = 28;
const INSET = 9;
/** A step narrower than this could not be read; its neighbours' crash points need 24 px between them. */
const LEAST_STEP = 40;
const MOST_STRIPS = 12;
/** Between the marker rows of a topic that several groups read. */
export const GROUP_PITCH = 12;
const origin = { x: 0, y: 0 };

export function processShape(
  service: ServiceTopology,
  instance: { readonly name: string; readonly entity: number },
  w: number,
): ProcessPlan {
  const reads = service.programs.some(({ event }) => event !== null);
  const programs: ProgramPlan[] = [];
  let y = 43;
  for (const program of service.programs) {
    const labelled = service.programs.length > 1;
    if (labelled) y += 11;
    const { plan, rows } = programRows(program, y, w, reads);
    programs.push({ ...plan, event: program.event, labelY: labelled ? y - 4 : null });
    y += rows * STEP_PITCH - (STEP_PITCH - STEP) + 6;
  }
  const lanes = reads ? 1 : 0;
  const laneY = Array.from({ length: lanes }, (_, lane) => y + 19 + lane * 32);
  const h = reads ? y + 7 + lanes * 32 : y + 5;
  return {
    kind: 'process',
    id: `process:${instance.name}`,
    name: instance.name,
    entity: instance.entity,
    service,
    box: { ...origin, w, h },
    programs,
    laneY,
  };
}

function programRows(
  program: ServiceTopology['programs'][number],
  top: number,
  w: number,
  reads: boolean,
): { readonly plan: Pick<ProgramPlan, 'cells' | 'ticks'>; readonly rows: number } {
  const names = [
    ...(reads ? [{ step: -1, name: 'poll', point: '', depth: 0 }] : []),
    ...program.steps.map((step, index) => ({ ...step, step: index })),
  ];
  const room = w - 2 * INSET;
  const most = Math.max(1, Math.floor((room + GAP) / (LEAST_STEP + GAP)));
  const rows = Math.max(1, Math.ceil(names.length / most));
  const perRow = Math.ceil(names.length / rows);
  const stepWidth = (room - GAP * (perRow - 1)) / perRow;
  const cells: StepCell[] = [];
  const ticks: CrashTick[] = [];
  names.forEach(({ step, name, point, depth }, index) => {
    const row = Math.floor(index / perRow);
    const x = INSET + (index % perRow) * (stepWidth + GAP);
    const y = top + row * STEP_PITCH;
    const short = name.slice(name.lastIndexOf('/') + 1);
    const label = fit(short, stepWidth - 5);
    cells.push({ step, name, label, point, nested: depth > 0, x, y, w: stepWidth, h: STEP });
    const next = names[index + 1];
    const crash = tickAt(point, next?.point ?? '');
    if (crash === null) return;
    ticks.push({ ...crash, x: x + stepWidth + GAP / 2, y: y + STEP / 2 });
  });
  return { plan: { cells, ticks }, rows };
}

function tickAt(point: string, next: string): Omit<CrashTick, 'x' | 'y'> | null {
  if (point !== '') {
    const names = next === '' ? [`${point}#after`] : [`${point}#after`, `${next}#before`];
    return { point, phase: 'after', names };
  }
  return next === '' ? null : { point: next, phase: 'before', names: [`${next}#before`] };
}

/** Cut to a width in the step's 10 px type, of which a letter takes about 5.3. */
export function fit(text: string, width: number): string {
  const letters = Math.max(2, Math.floor(width / 5.3));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}.`;
}

export function topicShape(
  broker: BrokerTopology,
  topic: TopicTopology,
  groups: readonly string[],
  w: number,
): TopicPlan {
  const read = groups.length > 0;
  const shown = Math.min(MOST_STRIPS, topic.partitions);
  const pitch = read ? 48 + (groups.length - 1) * GROUP_PITCH : 28;
  const strips = Array.from({ length: shown }, (_, partition) => ({ partition, y: 32 + partition * pitch }));
  const hidden = topic.partitions - shown;
  return {
    kind: 'topic',
    id: `topic:${topic.name}`,
    name: topic.name,
    broker: broker.name,
    topic,
    groups,
    box: { ...origin, w, h: 30 + shown * pitch + (read ? 8 : 6) + (hidden > 0 ? 18 : 0) },
    dense: !read,
    x0: 44,
    cells: Math.max(4, Math.min(12, Math.floor((w - 44 - 82) / 20))),
    lagX: w - 58,
    leaderX: w - 8,
    strips,
    hidden,
  };
}

export function storeShape(store: StoreTopology, w: number): StorePlan {
  const base = { kind: 'store' as const, id: `store:${store.name}`, name: store.name, store };
  if (store.kind === 'database') {
    return { ...base, rows: 0, box: { ...origin, w, h: 36 + Math.max(1, store.tables.length) * 24 + 6 } };
  }
  const rows = store.operations.length > 1 ? 3 : 5;
  const section = 26 + rows * 18 + 22;
  return { ...base, rows, box: { ...origin, w, h: 34 + Math.max(1, store.operations.length) * section } };
}
