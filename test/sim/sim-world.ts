/** A world in which moves are made: LANs, hosts, weather, and what the hosts ought to see. */
import {
  partition,
  type ReceiverRule,
  type ScriptedPeer,
  SimulatedLan,
  seededRandom,
  VirtualClock,
} from '../../src/testing.js';
import { PacketLog } from '../support/packet-log.js';
import { query, question } from '../support/records.js';
import type { Move, Setting } from './moves.js';
import { Presence } from './presence.js';
import { SimHost } from './sim-host.js';

/** Milliseconds after which a closed host has let go of everything, so that another may take its place. */
export const CLOSING_TIME = 2_500;

export class SimWorld {
  readonly setting: Setting;
  readonly clock = new VirtualClock();
  readonly log = new PacketLog();
  readonly presence = new Presence(this.clock);
  /** The one that everybody is on, and another one that every second host is on, too. */
  readonly lans: readonly [SimulatedLan, SimulatedLan];
  /** By index; the one that was started last. */
  readonly hosts: (SimHost | undefined)[] = [];
  /** All that ever were. */
  readonly everyHost: SimHost[] = [];
  /** Made when they are needed: peers keep what they hear. */
  #neighbours: readonly ScriptedPeer[] | undefined;
  readonly #closedAt = new Map<SimHost, number>();
  readonly #mend: (() => void)[] = [];
  #clear: (() => void)[] = [];

  constructor(setting: Setting) {
    this.setting = setting;
    const lan = (name: string) => {
      const made = new SimulatedLan({ clock: this.clock, seed: `${setting.seed}/${name}`, mtu: setting.mtu });
      this.log.follow(made, name);
      return made;
    };
    this.lans = [lan('lan'), lan('back')];
  }

  get now(): number {
    return this.clock.now();
  }

  /** One hash of all that was ever sent. */
  hash(): string {
    return this.lans.map((lan) => lan.hash().slice(0, 16)).join('-');
  }

  /** Makes any move but to settle. */
  make(move: Exclude<Move, { do: 'settle' }>): void {
    const host = 'host' in move ? this.hosts[move.host] : undefined;
    switch (move.do) {
      case 'start':
        this.#start(move.host);
        return;
      case 'publish':
        host?.publish(move.slot, move.name, move.onConflict);
        return;
      case 'rename':
        host?.rename(move.slot, move.name);
        return;
      case 'update':
        host?.update(move.slot, move.version);
        return;
      case 'withdraw':
        host?.withdraw(move.slot);
        return;
      case 'watch':
        host?.openWatch();
        return;
      case 'unwatch':
        host?.closeWatch();
        return;
      case 'reconfirm':
        host?.reconfirm(move.which);
        return;
      case 'crash':
        host?.crash();
        return;
      case 'close':
        if (host?.state === 'running') this.#closedAt.set(host, this.now);
        host?.close();
        return;
      case 'unplug':
        host?.unplug();
        return;
      case 'plug':
        host?.plugAll();
        return;
      case 'renumber':
        host?.renumber();
        return;
      case 'extend':
        host?.extend(move.flag);
        return;
      case 'bounce':
        host?.bounce();
        return;
      case 'fail':
        host?.fail(move.code, move.scope);
        return;
      case 'heal':
        host?.heal();
        return;
      case 'sleep':
        host?.sleep();
        return;
      case 'wake':
        host?.wake();
        return;
      case 'partition':
        this.#join();
        this.#partition(move.hosts);
        return;
      case 'join':
        this.#join();
        return;
      case 'weather':
        this.#clearSky();
        this.#weather(move);
        return;
      case 'wait':
        this.clock.advance(move.ms);
    }
  }

  /** Ends all that disturbs. */
  mend(): void {
    this.#join();
    this.#clearSky();
    for (const host of this.hosts) {
      host?.wake();
      host?.plugAll();
      host?.retract();
      host?.heal();
    }
  }

  /** A neighbour on each LAN asks for the hosts that have no services. */
  askForHosts(): void {
    const names = new Set(this.alive.filter(({ slots }) => slots.size === 0).map(({ mdns }) => mdns.hostname));
    if (names.size === 0) return;
    const bytes = query({ questions: [...names].map((name) => question(name, 'ANY')) });
    this.#neighbours ??= this.lans.map((lan, n) => lan.peer({ address: `198.18.${n}.250`, name: 'neighbour' }));
    for (const neighbour of this.#neighbours) neighbour.multicast(bytes);
  }

  /** Those that are there, and can hear each other once all is mended. */
  get alive(): SimHost[] {
    return this.hosts.filter((host) => host !== undefined).filter((host) => host.isAlive);
  }

  #start(index: number): void {
    const before = this.hosts[index];
    if (before?.isAlive) return;
    if (before?.state === 'closed' && this.now - (this.#closedAt.get(before) ?? 0) < CLOSING_TIME) return;
    // Its cables are pulled out for the one that comes.
    before?.network.crash();
    const starts = this.everyHost.filter((host) => host.index === index).length;
    const label = starts === 0 ? `h${index}` : `h${index}b${starts + 1}`;
    const { clock, setting, presence } = this;
    const lans = index % 2 === 1 ? this.lans : [this.lans[0]];
    const host = new SimHost({ index, label, setting, clock, lans, presence });
    this.hosts[index] = host;
    this.everyHost.push(host);
  }

  #partition(hosts: readonly number[]): void {
    // Those that are started later are on the other side.
    const labels = hosts.flatMap((index) => this.hosts[index]?.label ?? []);
    for (const lan of this.lans) this.#mend.push(lan.addReceiverRule(partition(...labels)));
  }

  #join(): void {
    for (const end of this.#mend.splice(0)) end();
  }

  #weather({ loss, duplication, jitterMs }: Extract<Move, { do: 'weather' }>): void {
    const random = seededRandom(`${this.setting.seed}/weather/${this.now}`);
    const rule: ReceiverRule = ({ from }, receiver) => {
      // A copy that the system loops back never was on the wire.
      if (from === receiver) return undefined;
      if (random() < loss) return 'drop';
      return { copies: random() < duplication ? 2 : 1, delayMs: random() * jitterMs };
    };
    this.#clear = this.lans.map((lan) => lan.addReceiverRule(rule));
  }

  #clearSky(): void {
    for (const end of this.#clear.splice(0)) end();
  }
}
