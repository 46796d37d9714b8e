/** The tests on a simulated LAN: a host of ours as the device, with one service, and the tester beside it. */
import { expect } from 'vitest';
import type { MdnsOptions, PublishedService, ServiceOptions } from '../../../src/index.js';
import { seededRandom } from '../../../src/net/simulated/index.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { startService } from '../../support/actions.js';
import { type ScenarioOptions, scenarioForSeeds } from '../../support/scenario.js';
import { QUIET, type TestHost, type TestPeer, type World } from '../../support/world.js';
import { judgeConditions } from './conditions.js';
import { Tester } from './tester.js';
import type { Wire } from './wire.js';

/** How many seeds each test is run for. */
const SEEDS = Number(process.env.CONFORMANCE_SEEDS ?? 3);

/** The device's interface. */
const NIC = 'eth0';

export interface StandOptions {
  /** With prefix lengths; the tester looks at the first one. */
  readonly addresses?: readonly string[];
  readonly testerAddress?: string;
  /** The tester's chance. */
  readonly random?: () => number;
  readonly mdns?: Partial<MdnsOptions>;
  readonly service?: Partial<ServiceOptions>;
}

export class Stand {
  readonly world: World;
  readonly tester: Tester;
  readonly #options: StandOptions;
  #index = 0;
  #device: { readonly host: TestHost; readonly service: PublishedService } | undefined;

  constructor(world: World, seed: number, options: StandOptions = {}) {
    const { addresses = ['198.18.0.1/24'], testerAddress = '198.18.0.200' } = options;
    const { random = seededRandom(`${seed}/tester`) } = options;
    const [address = ''] = addresses;
    this.world = world;
    this.#options = { ...options, addresses };
    const peer = world.peer({ address: testerAddress, name: 'tester' });
    const device = { address: address.replace(/\/\d+$/, ''), serviceType: '_t._tcp.local' };
    this.tester = new Tester(new SimulatedWire(world, peer), device, random);
  }

  get host(): TestHost {
    return this.#on.host;
  }

  get service(): PublishedService {
    return this.#on.service;
  }

  /** Switches the device on. */
  readonly powerOn = (): void => {
    const { addresses = [], mdns, service } = this.#options;
    const host = this.world.host('device', { addresses, ...mdns });
    this.#device = { host, service: startService(host, service) };
  };

  /** The same, and lets it come to rest. */
  settle(): void {
    this.powerOn();
    this.world.advance(QUIET);
  }

  /** Pulls the cable: the interface is not listed any more, and comes back as the same one. */
  readonly unplug = (): void => {
    const { network } = this.host;
    this.#index = network.interfaces().find(({ name }) => name === NIC)?.index ?? 0;
    network.unplug(NIC);
  };

  readonly plug = (): void => {
    const { addresses = [] } = this.#options;
    this.host.network.plug(NIC, this.world.lan, { addresses, index: this.#index });
  };

  get #on(): { readonly host: TestHost; readonly service: PublishedService } {
    if (!this.#device) throw new Error('The device is off.');
    return this.#device;
  }
}

/** What the tests are run over: a device that has IPv4 alone, and one that has both while the tester sees IPv6. */
export const networks: readonly (readonly [name: string, options: StandOptions])[] = [
  ['over IPv4', {}],
  ['over IPv6', { addresses: ['fe80::1/64', '198.18.0.1/24'], testerAddress: 'fe80::200' }],
];

/** A test of the device for many seeds: nothing is found, neither by the script nor of what holds in all tests. */
export function bonjour(
  title: string,
  script: (stand: Stand) => Promise<void>,
  { seeds = SEEDS, ...options }: StandOptions & Omit<ScenarioOptions, 'seed'> & { readonly seeds?: number } = {},
): void {
  let seed = 0;
  const run = async (world: World) => {
    seed += 1;
    const stand = new Stand(world, seed, options);
    await script(stand);
    const { findings, packets, device } = stand.tester;
    expect([...findings, ...judgeConditions(packets, device)], 'findings').toEqual([]);
  };
  scenarioForSeeds(title, seeds, run, options);
}

/** The tester's place on a simulated LAN. */
class SimulatedWire implements Wire {
  readonly #world: World;
  readonly #peer: TestPeer;

  constructor(world: World, peer: TestPeer) {
    this.#world = world;
    this.#peer = peer;
  }

  now(): number {
    return this.#world.now;
  }

  send(bytes: Uint8Array, fromPort: number): void {
    this.#peer.station.multicast(bytes, { port: fromPort });
  }

  onHeard(listener: Parameters<Wire['onHeard']>[0]): void {
    this.#peer.station.onReceived(({ source, destination, bytes }) => {
      const { message } = decodeMessage(bytes);
      if (!message) return;
      const { address: from, port: fromPort } = source;
      listener({ time: this.#world.now, from, fromPort, toPort: destination.port, message });
    });
  }

  later(ms: number, run: () => void): void {
    this.#world.clock.setTimeout(run, ms);
  }

  async until(isMet: () => boolean, limitMs: number): Promise<boolean> {
    const { clock } = this.#world;
    const end = clock.now() + limitMs;
    while (!isMet() && clock.now() < end) clock.runUntil(Math.min(clock.nextDeadline ?? end, end));
    return isMet();
  }
}
