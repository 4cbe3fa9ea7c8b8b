/**
 * Which document the lab opens: the one that the link carries, else the scenario that the address names, else the draft
 * of last time, else the scenario that it starts with.
 */
import { decodeLink } from '#lib/storage/share-link.ts';
import { LabDrafts } from './lab-drafts.svelte.ts';
import type { LabState } from './lab-state.svelte.ts';
import { firstScenario } from '../scenario-files.ts';

export async function openFirst(lab: LabState, address: Location): Promise<void> {
  lab.opening = true;
  try {
    lab.drafts ??= await LabDrafts.open();
    if (decodeLink(address.hash).kind !== 'none') await lab.take({ from: 'link', address: address.hash });
    if (lab.session.summary !== null) return;
    const { refused } = lab;
    const named = new URLSearchParams(address.search).get('scenario');
    const last = named === null ? await lab.drafts.last() : null;
    if (last === null || !(await lab.resume(last))) await lab.openScenario(named ?? firstScenario);
    // A link that was refused is still to be read about.
    lab.refused ??= refused;
  } finally {
    lab.opening = false;
  }
}
