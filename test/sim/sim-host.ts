/** A host of a simulated world: the network, the `Mdns` on it, and what it has been told to do. */
import type { Subscription } from 'rxjs';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { createMdns, type InstanceEvent, type Mdns, type PublishedService } from '../../src/index.js';
import { type SimulatedHost, type SimulatedLan, seededRandom, type VirtualClock } from '../../src/testing.js';
import type { AddressFlag, Policy, Setting } from './moves.js';
import type { Presence } from './presence.js';
import { type Tables, tablesOf } from './tables.js';

const TYPE = '_sim._tcp';

export interface Slot {
  readonly published: PublishedService;
  readonly port: number;
  version: number;
  /** The name of the host that is its own, if it has one. */
  host: string | undefined;
}

/** What a watcher was told, and when. */
interface Sighting {
  readonly at: number;
  readonly event: InstanceEvent['event'];
  readonly instance: InstanceEvent['instance'];
}

export interface Watch {
  readonly openedAt: number;
  closedAt: number | undefined;
  readonly sightings: Sighting[];
  /** What is up, by instance name. */
  readonly seen: Map<string, InstanceEvent['instance']>;
}

export interface SimHostOptions {
  readonly index: number;
  /** Unlike that of any host before: `h1`, and after a crash `h1b2`. */
  readonly label: string;
  readonly setting: Setting;
  readonly clock: VirtualClock;
  /** The first is that of `eth0`. */
  readonly lans: readonly SimulatedLan[];
  readonly presence: Presence;
}

export class SimHost {
  readonly index: number;
  readonly label: string;
  readonly network: SimulatedHost;
  readonly mdns: Mdns;
  readonly slots = new Map<number, Slot>();
  readonly errors: string[] = [];
  /** Every watch there was; the last may be open. */
  readonly watches: Watch[] = [];
  state: 'running' | 'asleep' | 'closed' | 'crashed' = 'running';
  crashedAt: number | undefined = undefined;
  readonly #options: SimHostOptions;
  readonly #nics: readonly { readonly name: string; readonly lan: SimulatedLan; addresses: readonly string[] }[];
  readonly #unplugged = new Set<string>();
  #subscription: Subscription | undefined;
  #root: AnyActorRef | undefined;
  #renumbered = 0;

  constructor(options: SimHostOptions) {
    const { index, label, setting, lans } = options;
    this.#options = options;
    this.index = index;
    this.label = label;
    this.#nics = lans.map((lan, n) => ({ name: `eth${n}`, lan, addresses: this.#addresses(n, index + 1) }));
    const [first] = this.#nics;
    if (first === undefined) throw new Error('A host needs a LAN.');
    const chance = seededRandom(`${setting.seed}/${label}`);
    const drift = (chance() * 2 - 1) * setting.drift;
    this.network = first.lan.host(label, first.addresses, { random: chance, drift });
    for (const { name, lan, addresses } of this.#nics.slice(1)) this.network.plug(name, lan, { addresses });
    this.mdns = this.#createMdns();
  }

  get isAlive(): boolean {
    return this.state === 'running' || this.state === 'asleep';
  }

  /** The watch that is open. */
  get watch(): Watch | undefined {
    const last = this.watches.at(-1);
    return last?.closedAt === undefined ? last : undefined;
  }

  /** The addresses of its interfaces that are to be published. */
  get addresses(): string[] {
    const all = this.#nics.flatMap(({ addresses }) => addresses);
    return all.filter((each) => !/deprecated|tentative|duplicate/.test(each)).map((each) => each.split('/')[0] ?? '');
  }

  /** The sizes of everything that it keeps. */
  get tables(): Tables {
    return tablesOf(this.#root);
  }

  publish(slot: number, name: string, policy: Policy): void {
    if (!this.isAlive || this.slots.has(slot)) return;
    const port = 1_000 + this.index * 10 + slot;
    const onConflict = policy === 'ask' ? (_: string, proposal: string) => `${proposal} of ${this.label}` : policy;
    // Every third has a host of its own, for whose name those of other hosts compete.
    const own = slot % 3 === 2 ? { host: 'own', ownHost: true } : {};
    const published = this.mdns.publish({ name, type: TYPE, port, txt: { v: '0' }, onConflict, ...own });
    this.#options.presence.follow(published);
    const kept: Slot = { published, port, version: 0, host: own.host && `${own.host}.local` };
    this.slots.set(slot, kept);
    published.changes$.subscribe((change) => {
      const { event } = change;
      if (change.event === 'host-renamed') kept.host = change.host;
      // Refused the name, under the policy `fail`.
      if (event === 'withdrawn' && this.slots.get(slot)?.published === published) this.slots.delete(slot);
    });
  }

  rename(slot: number, name: string): void {
    if (this.isAlive) this.slots.get(slot)?.published.update({ name });
  }

  update(slot: number, version: number): void {
    const found = this.slots.get(slot);
    if (!found || !this.isAlive) return;
    found.version = version;
    found.published.update({ txt: { v: String(version) } });
  }

  withdraw(slot: number): void {
    const found = this.slots.get(slot);
    if (!found || !this.isAlive) return;
    this.#options.presence.departed(found.published, 'goodbye');
    void found.published.withdraw();
    this.slots.delete(slot);
  }

  openWatch(): void {
    if (!this.isAlive || this.watch) return;
    const { clock } = this.#options;
    const watch: Watch = { openedAt: clock.now(), closedAt: undefined, sightings: [], seen: new Map() };
    this.watches.push(watch);
    this.#subscription = this.mdns.browse(TYPE).subscribe(({ event, instance }) => {
      watch.sightings.push({ at: clock.now(), event, instance });
      if (event === 'down') watch.seen.delete(instance.name);
      else watch.seen.set(instance.name, instance);
    });
  }

  closeWatch(): void {
    const { watch } = this;
    if (!watch) return;
    watch.closedAt = this.#options.clock.now();
    this.#subscription?.unsubscribe();
  }

  /** Doubts one of those that are seen. */
  reconfirm(which: number): void {
    const seen = [...(this.watch?.seen.values() ?? [])];
    const instance = seen[which % seen.length];
    if (this.state === 'running' && instance) this.mdns.reconfirm(instance);
  }

  crash(): void {
    if (!this.isAlive) return;
    this.#forgetSlots('crash');
    this.state = 'crashed';
    this.crashedAt = this.#options.clock.now();
    this.network.crash();
  }

  close(): void {
    if (this.state !== 'running') return;
    this.#forgetSlots('goodbye');
    this.state = 'closed';
    void this.mdns.close();
  }

  unplug(): void {
    const nic = this.#firstPlugged();
    if (!nic) return;
    this.#unplugged.add(nic.name);
    this.network.unplug(nic.name);
  }

  plugAll(): void {
    if (!this.isAlive) return;
    for (const { name, lan, addresses } of this.#nics) {
      if (this.#unplugged.delete(name)) this.network.plug(name, lan, { addresses });
    }
  }

  renumber(): void {
    const [nic] = this.#nics;
    if (!this.isAlive || !nic || this.#unplugged.has(nic.name)) return;
    this.#renumbered++;
    nic.addresses = this.#addresses(0, 20 + this.index * 20 + (this.#renumbered % 20));
    this.network.setAddresses(nic.name, nic.addresses);
  }

  extend(flag: AddressFlag): void {
    const [nic] = this.#nics;
    if (!this.isAlive || !nic || this.#unplugged.has(nic.name)) return;
    nic.addresses = [...nic.addresses.filter((each) => !this.#isSecond(each)), `${this.#second} ${flag}`.trim()];
    this.network.setAddresses(nic.name, nic.addresses);
  }

  /** Takes the second address away. */
  retract(): void {
    const [nic] = this.#nics;
    if (!this.isAlive || !nic || this.#unplugged.has(nic.name)) return;
    if (!nic.addresses.some((each) => this.#isSecond(each))) return;
    nic.addresses = nic.addresses.filter((each) => !this.#isSecond(each));
    this.network.setAddresses(nic.name, nic.addresses);
  }

  get #second(): string {
    return `198.18.0.${201 + this.index}/24`;
  }

  #isSecond(address: string): boolean {
    return address.split(' ')[0] === this.#second;
  }

  bounce(): void {
    const nic = this.#firstPlugged();
    if (nic) this.network.bounce(nic.name);
  }

  fail(code: string, scope: 'link' | 'send'): void {
    const nic = this.#firstPlugged();
    if (nic) this.network.failWith(nic.name, code, scope);
  }

  heal(): void {
    if (!this.isAlive) return;
    for (const { name } of this.#nics) if (!this.#unplugged.has(name)) this.network.heal(name);
  }

  #firstPlugged() {
    return this.isAlive ? this.#nics.find(({ name }) => !this.#unplugged.has(name)) : undefined;
  }

  sleep(): void {
    if (this.state !== 'running') return;
    this.state = 'asleep';
    this.network.sleep();
  }

  wake(): void {
    if (this.state !== 'asleep') return;
    this.state = 'running';
    this.network.wake();
  }

  #forgetSlots(how: 'goodbye' | 'crash'): void {
    this.closeWatch();
    for (const { published } of this.slots.values()) this.#options.presence.departed(published, how);
    this.slots.clear();
  }

  #addresses(lan: number, last: number): string[] {
    const four = `198.18.${lan}.${last}/24`;
    return this.#options.setting.families === 'both' ? [four, `fe80::${lan + 1}:${last}/64`] : [four];
  }

  #createMdns(): Mdns {
    const { setting, index } = this.#options;
    const { ttl, scanIntervalMs, families, twins } = setting;
    const silent = () => {};
    return createMdns({
      network: this.network,
      hostname: twins && index < 2 ? 'twin' : `h${index}`,
      ttl,
      scanIntervalMs,
      ...(families === 'ipv4' ? { ipv6: false } : {}),
      logger: { debug: silent, info: silent, warn: silent, error: (message) => this.errors.push(message) },
      inspect: (event: InspectionEvent) => {
        if (event.type === '@xstate.actor') this.#root ??= event.actorRef as AnyActorRef;
      },
    });
  }
}
