/** A place where systems meet, on virtual or on real time, so that one story can be told on both. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createMdns, type Mdns, type MdnsOptions } from '../../src/index.js';
import { NodeNetwork } from '../../src/net/node-network.js';
import { SimulatedHost } from '../../src/net/simulated/index.js';
import { PATIENCE_MS, slowness } from './patience.js';
import { World } from './world.js';

export interface Stage {
  /** Group and port of each family. */
  readonly groups: { readonly ipv4: string; readonly ipv6: string };
  /** Another system on the same machine, as another process would be. */
  system(options: MdnsOptions): Mdns;
  /** Lets time pass until a promise is settled. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Milliseconds for what takes all of its time, from those that it takes on an idle machine. */
  wait(ms: number): number;
  /** Milliseconds for what ends as soon as it can. */
  readonly patienceMs: number;
  /** Lets time pass until a condition holds; throws when it does not within `limitMs`. */
  until(what: string, condition: () => boolean, limitMs?: number): Promise<void>;
  /** Closes everything. Returns what is left behind, which should be nothing. */
  end(): Promise<string[]>;
}

/** Virtual milliseconds. */
const PATIENCE = 15_000;

/** One simulated machine with a loopback interface, on virtual time. */
export function simulatedStage(groups: Stage['groups']): Stage {
  const world = new World();
  const machine = new SimulatedHost({ clock: world.clock, hostname: 'machine', lo: true });
  const systems: Mdns[] = [];
  return {
    groups,
    system: (options) => {
      const mdns = createMdns({ network: machine.process(), ...options });
      systems.push(mdns);
      return mdns;
    },
    wait: (ms) => ms,
    patienceMs: PATIENCE,
    settle: (promise) => world.settle(promise),
    until: async (what, condition, limitMs = PATIENCE) => {
      for (const end = world.now + limitMs; !condition(); await world.pass(10)) {
        if (world.now >= end) throw new Error(`Waited in vain for: ${what}`);
      }
    },
    end: async () => {
      await world.settle(Promise.all(systems.map((mdns) => mdns.close())));
      world.advance(1_000);
      const left = [];
      if (machine.openLinks > 0) left.push(`${machine.openLinks} open links`);
      if (world.clock.pending > 0) left.push(`${world.clock.pending} timers`);
      return left;
    },
  };
}

/** This machine's loopback interface, in real time. */
export function realStage(groups: Stage['groups']): Stage {
  const systems: Mdns[] = [];
  return {
    groups,
    system: (options) => {
      const mdns = createMdns({ network: new NodeNetwork(), ...options });
      systems.push(mdns);
      return mdns;
    },
    wait: (ms) => ms * slowness(),
    patienceMs: PATIENCE_MS,
    settle: (promise) => promise,
    until: async (what, condition, limitMs = PATIENCE_MS) => {
      for (const end = performance.now() + limitMs; !condition(); await sleep(10)) {
        if (performance.now() >= end) throw new Error(`Waited in vain for: ${what}`);
      }
    },
    end: async () => {
      await Promise.all(systems.map((mdns) => mdns.close()));
      return [];
    },
  };
}
