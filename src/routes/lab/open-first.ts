/**
 * Which document the lab opens: the one that the link carries, else the scenario that the address names, else the draft
 * of last time, else the scenario that it starts with.
 */
import { decodeLink } from '#lib/storage/share-link.ts';
import type { LabState } from './lab-state.svelte.ts';
import { firstScenario } from '../scenario-files.ts';

export async function openFirst(lab: LabState, address: Location): Promise<void> {
  lab.opening = true;
  try {
    if (decodeLink(address.hash).kind !== 'none') await lab.take({ from: 'link', address: address.hash });
    if (lab.session.summary !== null) return;
    const named = new URLSearchParams(address.search).get('scenario');
    const { refused } = lab;
    await lab.openScenario(named ?? firstScenario);
    // A link that was refused is still to be read about.
    lab.refused ??= refused;
  } finally {
    lab.opening = false;
  }
}
