/**
 * The nemesis carries the faults out: at their times, or when the trace shows what they wait for. It acts through
 * narrow interfaces only (hosts, network rules, what operators do); nothing that it hits knows of it. What it does to a
 * process is an event of class 0, before everything else at that time; a record that sets a fault off makes its writer
 * yield before its next step. A lost answer is decided at once, since the answer is sent within the same call.
 */
import { intern, type Names } from '#sim/base/names.ts';
import type { Hosts } from '#sim/hosts/hosts.ts';
import type { Ctx, Entity } from '#sim/kernel/entity.ts';
import type { Kernel } from '#sim/kernel/kernel.ts';
import { FAULT_CLASS, type Event } from '#sim/kernel/queue.ts';
import { chance } from '#sim/kernel/uniform.ts';
import type { Network } from '#sim/network/network.ts';
import { ENTITY, KIND, type Block } from '#sim/trace/block.ts';
import * as emit from '#sim/trace/emit.ts';
import { RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import type { Fault, Trigger, Victims } from '#sim/faults/fault.ts';

/** What operators do: replace what a service runs, alter topics in use; run provides it. */
export interface Operations {
  deploy(service: number, revision: number): void;
  alter(topic: number, partitions: number): void;
}

interface NemesisState {
  /** By fault: matches so far. */
  matches: number[];
  /** By fault: processes that it holds down or up, to be healed. */
  victims: number[][];
  /** Next number of a network rule. */
  rules: number;
  /** By fault: its network rules in force. */
  ruleIds: number[][];
}

const BEGIN = 224;
const HEAL = 225;

export class Nemesis implements Entity {
  state: NemesisState;
  /** Its own entity; known once it is added. */
  self = -1;
  private readonly faults: readonly Fault[];
  private readonly words: readonly { readonly word: number; readonly target: number }[];

  private readonly kernel: Kernel;
  private readonly hosts: Hosts;
  private readonly network: Network;
  private readonly operations: Operations;

  constructor(
    faults: readonly Fault[],
    names: Names,
    kernel: Kernel,
    hosts: Hosts,
    network: Network,
    operations: Operations,
  ) {
    this.faults = faults;
    this.kernel = kernel;
    this.hosts = hosts;
    this.network = network;
    this.operations = operations;
    this.words = faults.map((fault) => ({
      word: intern(names, fault.word),
      target: intern(names, fault.target),
    }));
    this.state = {
      matches: faults.map(() => 0),
      victims: faults.map(() => []),
      rules: 1,
      ruleIds: faults.map(() => []),
    };
  }

  /** Enters the timed faults into the queue and tells which kinds of records it must see. */
  begin(): readonly number[] {
    const kinds = new Set<number>();
    this.faults.forEach((fault, i) => {
      if (fault.trigger.by === 'time')
        this.kernel.post(fault.trigger.at, FAULT_CLASS, this.self, this.self, BEGIN, i, -1);
      else kinds.add(fault.trigger.kind);
    });
    return [...kinds];
  }

  /** Called by the recorder for each record of a watched kind. */
  watch(seq: number, block: Block, row: number): void {
    const base = row * RECORD_WORDS;
    const kind = block.ints[base + KIND] as number;
    for (let i = 0; i < this.faults.length; i += 1) {
      const fault = this.faults[i] as Fault;
      if (fault.trigger.by !== 'record' || fault.trigger.kind !== kind) continue;
      if (!this.matches(fault.trigger, block.ints, base, fault, i)) continue;
      const entity = block.ints[base + ENTITY] as number;
      if (fault.action.do === 'drop') this.drop(fault.action.from, fault.action.kinds);
      else {
        this.kernel.post(
          this.kernel.now,
          FAULT_CLASS,
          this.self,
          this.self,
          BEGIN,
          i,
          entity,
          0,
          0,
          0,
          null,
          seq,
        );
        this.kernel.preempt();
      }
    }
  }

  private matches(
    trigger: Trigger & { by: 'record' },
    ints: Int32Array,
    base: number,
    fault: Fault,
    i: number,
  ): boolean {
    if (trigger.entities !== null && !trigger.entities.includes(ints[base + ENTITY] as number)) return false;
    for (const { word, value } of trigger.match) if (ints[base + word] !== value) return false;
    const { window } = trigger;
    if (window !== null && (this.kernel.now < window.from || this.kernel.now >= window.until)) return false;
    const count = (this.state.matches[i] as number) + 1;
    this.state.matches[i] = count;
    if (trigger.nth !== null) return trigger.nth === count;
    if (trigger.chance === null) return count === 1;
    return chance(trigger.chance.num, trigger.chance.den, this.kernel.random(fault.stream));
  }

  handle(event: Event, ctx: Ctx): void {
    const i = event.a;
    if (event.kind === BEGIN) this.strike(i, event.b, ctx);
    else if (event.kind === HEAL) this.heal(i, ctx);
  }

  private strike(i: number, entity: number, ctx: Ctx): void {
    const fault = this.faults[i] as Fault;
    this.tell(i, 1, ctx);
    const { action } = fault;
    const lasts = 'lasts' in action ? action.lasts : null;
    const back = lasts === null ? 0 : ctx.now + lasts;
    switch (action.do) {
      case 'crash':
        this.each(i, action.victims, entity, (process) => this.hosts.crash(process, 'fault', back));
        break;
      case 'pause':
        this.each(i, action.victims, entity, (process) => this.hosts.pause(process, 'fault', back));
        break;
      case 'slow':
        this.each(i, action.victims, entity, (process) => this.hosts.slow(process, action.factor, 'fault'));
        break;
      case 'restart':
        this.each(i, action.victims, entity, (process) => {
          const cause = ctx.cause;
          this.hosts.crash(process, 'restart', ctx.now);
          const started = this.hosts.start(process, 'restart');
          ctx.cause = cause;
          return started;
        });
        this.tell(i, 0, ctx);
        return;
      case 'partition':
        for (const cut of action.cuts) this.rule(i, cut.from, cut.to, { do: 'hold' });
        break;
      case 'latency':
        this.rule(i, action.entities, null, { do: 'delay', by: action.by });
        this.rule(i, null, action.entities, { do: 'delay', by: action.by });
        break;
      case 'deploy':
        this.operations.deploy(action.service, action.revision);
        this.tell(i, 0, ctx);
        return;
      case 'alter':
        this.operations.alter(action.topic, action.partitions);
        this.tell(i, 0, ctx);
        return;
      case 'drop':
        this.drop(action.from, action.kinds);
        return;
    }
    if (lasts !== null) this.kernel.post(ctx.now + lasts, FAULT_CLASS, this.self, this.self, HEAL, i);
  }

  private heal(i: number, ctx: Ctx): void {
    this.tell(i, 0, ctx);
    const { action } = this.faults[i] as Fault;
    const victims = this.state.victims[i] as number[];
    this.state.victims[i] = [];
    const cause = ctx.cause;
    for (const process of victims) {
      ctx.cause = cause;
      if (action.do === 'crash') this.hosts.start(process, 'fault healed');
      else if (action.do === 'pause') this.hosts.resume(process, 'fault healed');
      else if (action.do === 'slow') this.hosts.slow(process, 1, 'fault healed');
    }
    ctx.cause = cause;
    const rules = this.state.ruleIds[i] as number[];
    this.state.ruleIds[i] = [];
    for (const rule of rules) this.network.removeRule(rule);
  }

  private tell(i: number, active: number, ctx: Ctx): void {
    const { word, target } = this.words[i] as { word: number; target: number };
    emit.fault(ctx, (this.faults[i] as Fault).number, active, word, target);
  }

  private each(i: number, victims: Victims, entity: number, act: (process: number) => boolean): void {
    const processes = victims.kind === 'trigger' ? [this.hosts.processOf(entity)] : victims.processes;
    const cause = this.kernel.cause;
    for (const process of processes) {
      this.kernel.cause = cause;
      if (act(process)) (this.state.victims[i] as number[]).push(process);
    }
  }

  private rule(
    i: number,
    from: readonly number[] | null,
    to: readonly number[] | null,
    verdict: RuleVerdict,
  ): void {
    const id = this.state.rules;
    this.state.rules = id + 1;
    (this.state.ruleIds[i] as number[]).push(id);
    this.network.addRule({ id, from, to, kinds: null, verdict, remaining: -1 });
  }

  private drop(from: number, kinds: readonly number[]): void {
    const id = this.state.rules;
    this.state.rules = id + 1;
    this.network.addRule({ id, from: [from], to: null, kinds, verdict: { do: 'drop' }, remaining: 1 });
  }
}

type RuleVerdict = Parameters<Network['addRule']>[0]['verdict'];
