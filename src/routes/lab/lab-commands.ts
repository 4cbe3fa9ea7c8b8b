/**
 * Every command of the lab: what the palette lists, the help explains and the keys do. Parts and scenarios are commands
 * too ("show payment-1", "open zombie-after-pause"), so that ⌘K reaches everything.
 */
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import type { Command } from '#lib/ui/command.ts';
import { preferences } from '#lib/ui/preferences.svelte.ts';
import { scenarioFiles } from '../scenario-files.ts';
import type { LabState } from './lab-state.svelte.ts';
import { goRound } from './regions.ts';
import { words } from './words.ts';

const groups = words.commandGroups;
/** µs that an arrow moves the playhead; with Shift ten times as far. */
const SCRUB = 100_000;
const SCRUB_FAR = 1_000_000;

function runCommands(lab: LabState): Command[] {
  const { session } = lab;
  const scrub = (by: number) => () => session.seek(Math.max(0, session.playhead + by));
  const known = () => session.trace !== null;
  const group = groups.run;
  const names = words.commandNames;
  return [
    {
      id: 'play',
      title: names.play,
      group,
      keys: ['Space'],
      enabled: known,
      run: () => (session.playing ? session.pause() : session.play()),
    },
    { id: 'step', title: words.step, group, keys: ['.'], enabled: known, run: () => session.stepEvent() },
    {
      id: 'step-back',
      title: words.stepBack,
      group,
      keys: [','],
      enabled: known,
      run: () => session.stepBack(),
    },
    { id: 'later', title: names.later, group, keys: ['ArrowRight'], enabled: known, run: scrub(SCRUB) },
    { id: 'earlier', title: names.earlier, group, keys: ['ArrowLeft'], enabled: known, run: scrub(-SCRUB) },
    {
      id: 'much-later',
      title: names.muchLater,
      group,
      keys: ['shift+ArrowRight'],
      enabled: known,
      run: scrub(SCRUB_FAR),
    },
    {
      id: 'much-earlier',
      title: names.muchEarlier,
      group,
      keys: ['shift+ArrowLeft'],
      enabled: known,
      run: scrub(-SCRUB_FAR),
    },
    { id: 'start', title: names.start, group, keys: ['Home'], enabled: known, run: () => session.seek(0) },
    {
      id: 'end',
      title: names.end,
      group,
      keys: ['End'],
      enabled: known,
      run: () => session.seek(session.end ?? session.computedTo),
    },
    {
      id: 'next-anomaly',
      title: names.nextAnomaly,
      group,
      keys: ['n'],
      enabled: known,
      run: () => session.jumpToNextAnomaly(),
    },
    {
      id: 'previous-anomaly',
      title: names.previousAnomaly,
      group,
      keys: ['p'],
      enabled: known,
      run: () => session.jumpToPreviousAnomaly(),
    },
    { id: 'seed', title: words.changeSeed, group, enabled: known, run: () => lab.openDialog('seed') },
  ];
}

function viewCommands(lab: LabState): Command[] {
  const group = groups.view;
  const names = words.commandNames;
  const known = () => lab.session.summary !== null;
  const chain = () => lab.chain.length > 0;
  return [
    {
      id: 'verdicts',
      title: names.verdicts,
      group,
      keys: ['v'],
      enabled: known,
      run: () => lab.showVerdicts(),
    },
    {
      id: 'chain-back',
      title: names.chainBack,
      group,
      keys: ['['],
      enabled: chain,
      run: () => lab.stepChain(-1),
    },
    { id: 'chain-on', title: names.chainOn, group, keys: [']'], enabled: chain, run: () => lab.stepChain(1) },
    { id: 'table', title: names.table, group, keys: ['t'], enabled: known, run: () => lab.toggleTables() },
    {
      id: 'editor',
      title: names.editor,
      group,
      keys: ['e'],
      enabled: known,
      run: () => (lab.view = lab.view === 'editor' ? 'stage' : 'editor'),
    },
    {
      id: 'sequence',
      title: names.sequence,
      group,
      keys: ['s'],
      enabled: known,
      run: () => lab.nextPicture(),
    },
    { id: 'escape', title: names.escape, group, keys: ['Escape'], run: () => lab.escape() },
    { id: 'region', title: names.region, group, keys: ['F6'], run: () => goRound(1) },
    { id: 'region-back', title: names.regionBack, group, keys: ['shift+F6'], run: () => goRound(-1) },
    { id: 'theme', title: names.theme, group, run: () => preferences.nextTheme() },
    { id: 'palette', title: words.commands, group, keys: ['mod+k'], run: () => lab.openDialog('palette') },
    { id: 'help', title: names.help, group, keys: ['?'], run: () => lab.openDialog('help') },
  ];
}

function documentCommands(lab: LabState): Command[] {
  const group = groups.document;
  const names = words.commandNames;
  const known = () => lab.session.summary !== null;
  const { document } = lab;
  return [
    { id: 'break', title: names.break, group, keys: ['b'], enabled: known, run: () => lab.openBreak() },
    {
      id: 'move',
      title: names.move,
      group,
      keys: ['m'],
      enabled: () => lab.stage !== undefined && lab.session.selection !== null,
      run: () => lab.stage?.moveSelected(),
    },
    {
      id: 'undo',
      title: names.undo,
      group,
      keys: ['mod+z'],
      enabled: () => document.canUndo,
      run: () => document.undo(),
    },
    {
      id: 'redo',
      title: names.redo,
      group,
      keys: ['mod+shift+z', 'mod+y'],
      enabled: () => document.canRedo,
      run: () => document.redo(),
    },
    { id: 'open', title: words.openDialog.title, group, keys: ['mod+o'], run: () => lab.openDialog('open') },
    { id: 'blank', title: names.blank, group, run: () => lab.clear() },
    {
      id: 'shelf',
      title: words.shelf.title,
      group,
      enabled: () => lab.drafts !== null,
      run: () => lab.openDialog('shelf'),
    },
    { id: 'share', title: words.linkDialog.title, group, enabled: known, run: () => lab.openDialog('share') },
    { id: 'export', title: names.export, group, keys: ['mod+s'], enabled: known, run: () => lab.save() },
  ];
}

/** Only for a file of the site's as it is: the comparison knows it by name. */
function compareCommands({ scenario, document }: LabState): Command[] {
  if (scenario === null || document.changes.names.length > 0) return [];
  return [
    {
      id: 'compare',
      title: words.commandNames.compare,
      group: groups.document,
      run: () => void goto(resolve(`/compare/?runs=${scenario}`)),
    },
  ];
}

function partCommands(lab: LabState): Command[] {
  const topology = lab.session.summary?.topology;
  if (topology === undefined) return [];
  const show = (name: string, detail: string, kind: 'process' | 'part'): Command => ({
    id: `show-${kind}-${name}`,
    title: name,
    group: groups.parts,
    detail,
    run: () => lab.select({ kind, name }),
  });
  return [
    ...topology.services.flatMap(({ name, instances }) =>
      instances.map((one) => show(one.name, name, 'process')),
    ),
    ...topology.brokers.flatMap(({ name, nodes }) => nodes.map((one) => show(one.name, name, 'process'))),
    ...topology.brokers.flatMap(({ topics }) =>
      topics.map((topic): Command => ({
        id: `show-topic-${topic.name}`,
        title: topic.name,
        group: groups.parts,
        detail: words.topic,
        run: () => lab.select({ kind: 'topic', topic: topic.name }),
      })),
    ),
    ...topology.stores.map((store) => show(store.name, store.kind, 'part')),
    ...topology.checks.map((check): Command => ({
      id: `show-check-${check.id}`,
      title: check.id,
      group: groups.checks,
      detail: check.check,
      run: () => lab.select({ kind: 'check', id: check.id, anomaly: 0 }),
    })),
  ];
}

function scenarioCommands(lab: LabState): Command[] {
  return scenarioFiles.map(({ name, title, question }) => ({
    id: `open-${name}`,
    title,
    group: groups.scenarios,
    detail: question,
    run: () => void lab.openScenario(name),
  }));
}

export function labCommands(lab: LabState): Command[] {
  return [
    ...runCommands(lab),
    ...viewCommands(lab),
    ...documentCommands(lab),
    ...compareCommands(lab),
    ...partCommands(lab),
    ...scenarioCommands(lab),
  ];
}
