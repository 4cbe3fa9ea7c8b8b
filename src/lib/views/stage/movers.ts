/**
 * What moves, as marks: each flight of the scene becomes a token (or a dot, for protocol traffic) at its place along
 * its link at that time. A pure function of scene and plan; nothing here knows of frames. Above PARTICLE_RATE messages a
 * second on a link its tokens are particles without key or type, and the page says so.
 */
import { hueOf, type FlightScene, type MessageScene, type Scene } from '#lib/scene/scene.ts';
import type { Topology } from '#lib/scene/parts.ts';
import { distance, type LinkPlan, type Point, type StagePlan } from '#lib/views/stage/plan.ts';
import { shapesOf, shortNumeral, type TokenShape } from '#lib/views/stage/shapes.ts';

export const PARTICLE_RATE = 120;

export interface Mark {
  readonly kind: 'token' | 'particle' | 'packet';
  readonly x: number;
  readonly y: number;
  /** Unit vector of travel: the tail points the other way. */
  readonly dx: number;
  readonly dy: number;
  readonly hue: number;
  readonly shape: TokenShape;
  readonly numeral: string;
  /** Number on the tag: 2 and more; 0 = none. */
  readonly tag: number;
  readonly lost: boolean;
  readonly lid: number;
  readonly link: string;
}

/** Everything about a plan and a topology that marks need, looked up once. */
export interface Tracks {
  readonly shapes: ReadonlyMap<string, TokenShape>;
  /** Topic by event type. */
  readonly topics: ReadonlyMap<string, string>;
  /** By `process door kind`. */
  readonly links: ReadonlyMap<string, LinkPlan>;
  readonly byProcess: ReadonlyMap<string, readonly LinkPlan[]>;
  readonly stores: ReadonlySet<string>;
  readonly wholes: ReadonlyMap<string, string>;
}

export function tracksOf(topology: Topology, plan: StagePlan): Tracks {
  const links = new Map<string, LinkPlan>();
  const byProcess = new Map<string, LinkPlan[]>();
  for (const link of plan.links) {
    links.set(`${link.process} ${link.door} ${link.kind}`, link);
    const own = byProcess.get(link.process);
    if (own === undefined) byProcess.set(link.process, [link]);
    else own.push(link);
  }
  const topics = topology.services.flatMap(({ publishes }) =>
    publishes.map(({ event, topic }) => [event, topic] as const),
  );
  return {
    shapes: shapesOf(topology.events),
    topics: new Map(topics),
    links,
    byProcess,
    stores: new Set(topology.stores.map(({ name }) => name)),
    wholes: new Map(
      topology.services.flatMap(({ name, instances }) => instances.map((one) => [one.name, name] as const)),
    ),
  };
}

interface Way {
  readonly link: LinkPlan;
  /** It runs from the link's `from` to its `to`. */
  readonly along: boolean;
}

/** The link that a flight runs on; null where its ends are not joined on the stage. */
function wayOf(flight: FlightScene, tracks: Tracks): Way | null {
  const outward = tracks.byProcess.has(flight.from);
  const process = outward ? flight.from : flight.to;
  const other = outward ? flight.to : flight.from;
  const own = tracks.byProcess.get(process);
  if (own === undefined) return null;
  if (tracks.stores.has(other)) {
    const link = own.find(({ door, kind }) => door === other && kind !== 'publish' && kind !== 'consume');
    return link === undefined ? null : { link, along: outward };
  }
  const type = flight.cargo[0]?.type;
  const kind = /^produce/i.test(flight.packet) ? 'publish' : 'consume';
  const topic = type === undefined ? undefined : tracks.topics.get(type);
  const exact = topic === undefined ? undefined : tracks.links.get(`${process} ${topic} ${kind}`);
  const link =
    exact ??
    own.find((one) => one.kind === kind) ??
    own.find((one) => one.kind !== 'call' && one.kind !== 'statement');
  if (link === undefined) return null;
  // A consume link is drawn the way that records go: against the requests.
  return { link, along: link.kind === 'consume' ? !outward : outward };
}

/** The point a share of the way along, and the direction there. */
export function pointAlong(
  link: LinkPlan,
  share: number,
): Point & { readonly dx: number; readonly dy: number } {
  let left = Math.max(0, Math.min(1, share)) * link.length;
  const { points } = link;
  for (let i = 1; i < points.length; i += 1) {
    const a = points[i - 1];
    const b = points[i];
    if (a === undefined || b === undefined) break;
    const leg = distance(a, b);
    if (left <= leg || i === points.length - 1) {
      const part = leg === 0 ? 0 : Math.min(1, left / leg);
      return {
        x: a.x + (b.x - a.x) * part,
        y: a.y + (b.y - a.y) * part,
        dx: Math.sign(b.x - a.x),
        dy: Math.sign(b.y - a.y),
      };
    }
    left -= leg;
  }
  return { x: points[0]?.x ?? 0, y: points[0]?.y ?? 0, dx: 0, dy: 0 };
}

/** Messages a second on each link that carries more than individual marks can show, by link id. */
export function crowdedLinks(scene: Scene, tracks: Tracks): ReadonlyMap<string, number> {
  const crowded = new Map<string, number>();
  for (const { from, to, perSecond } of scene.rates) {
    if (perSecond <= PARTICLE_RATE) continue;
    for (const [process, links] of tracks.byProcess) {
      if (process !== from && process !== to) continue;
      const other = process === from ? to : from;
      for (const link of links) {
        const store = link.kind === 'call' || link.kind === 'statement';
        const inward = link.kind === 'consume';
        const meets = store ? link.door === other : !tracks.stores.has(other) && inward === (process === to);
        if (meets) crowded.set(link.id, Math.max(perSecond, crowded.get(link.id) ?? 0));
      }
    }
  }
  return crowded;
}

export function marksAt(
  scene: Scene,
  tracks: Tracks,
  crowded: ReadonlyMap<string, number> = crowdedLinks(scene, tracks),
  at: number = scene.at,
): Mark[] {
  const seen: Seen = { tracks, crowded, given: timesGiven(scene) };
  const marks: Mark[] = [];
  for (const flight of scene.flights) {
    const way = wayOf(flight, tracks);
    if (way === null) continue;
    const lost = flight.verdict === 'dropped' || flight.verdict === 'held';
    const took = flight.arrivesAt - flight.sentAt;
    const share = lost ? flight.progress : took <= 0 ? 1 : (at - flight.sentAt) / took;
    if (share < 0 || share > 1) continue;
    const count = Math.max(1, flight.cargo.length);
    for (let place = 0; place < count; place += 1) {
      marks.push(markOf(flight.packet, flight.cargo[place], share, place, way, lost, seen));
    }
  }
  return marks;
}

/** By lid: how often the log has given it to readers by now. */
function timesGiven(scene: Scene): ReadonlyMap<number, number> {
  const given = new Map<number, number>();
  for (const { records } of scene.partitions)
    for (const { lid, deliveries } of records) if (deliveries > 0) given.set(lid, deliveries);
  return given;
}

interface Seen {
  readonly tracks: Tracks;
  readonly crowded: ReadonlyMap<string, number>;
  readonly given: ReadonlyMap<number, number>;
}

/** Messages of one packet travel in a row, 18 px apart. */
const PITCH = 18;

function markOf(
  packet: string,
  message: MessageScene | undefined,
  share: number,
  place: number,
  way: Way,
  lost: boolean,
  seen: Seen,
): Mark {
  const { link, along } = way;
  const behind = link.length === 0 ? 0 : (place * PITCH) / link.length;
  const own = Math.max(0, share - behind);
  const { x, y, dx, dy } = pointAlong(link, along ? own : 1 - own);
  const bare = { x, y, dx: along ? dx : 0 - dx, dy: along ? dy : 0 - dy, lost, link: link.id };
  if (message === undefined)
    return { ...bare, kind: 'packet', hue: 0, shape: 'circle', numeral: '', tag: 0, lid: -1 };
  const given = seen.given.get(message.lid) ?? 0;
  return {
    ...bare,
    kind: seen.crowded.has(link.id) && !lost ? 'particle' : 'token',
    hue: hueOf(message.key),
    shape: shapeOn(packet, message, seen.tracks),
    numeral: shortNumeral(message.numeral),
    tag: tagOn(packet, given),
    lid: message.lid,
  };
}

/** Records travel in their type's shape; everything else that speaks of one is a command or its reply. */
function carriesRecords(packet: string): boolean {
  return packet === 'Produce' || packet === 'Fetch response';
}

function shapeOn(packet: string, message: MessageScene, tracks: Tracks): TokenShape {
  if (carriesRecords(packet)) return tracks.shapes.get(message.type) ?? 'circle';
  return packet.endsWith('response') ? 'diamond' : 'square';
}

/** The number on the tag: of the delivery that a fetched record is about to be, or that a call is made for. */
function tagOn(packet: string, given: number): number {
  const nth = packet === 'Fetch response' ? given + 1 : packet === 'Produce' ? 0 : given;
  return nth >= 2 ? nth : 0;
}
