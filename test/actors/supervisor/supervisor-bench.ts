/** The supervisor on a simulated host; and what it emitted, by type. */
import type { AnyActorLogic } from 'xstate';
import type { ServiceRequest, Status, SupervisorEmitted, WatchRequest } from '../../../src/actors/commands.js';
import type { SupervisorInput } from '../../../src/actors/supervisor/input.js';
import { placeMachine } from '../../../src/actors/supervisor/place.js';
import { stopsItsChildren } from '../../../src/actors/supervisor/stops-its-children.js';
import { supervisorMachine } from '../../../src/actors/supervisor/supervisor.js';
import type { Network } from '../../../src/net/network.js';
import { SimulatedLan } from '../../../src/net/simulated/index.js';
import type { Message } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { supervisorOptions } from '../../../src/xstate.js';
import { Bench, Coverage } from '../../support/actors.js';

export const coverage = new Coverage(supervisorMachine);

/** The supervisor with another logic for its links. */
export function withLink(link: AnyActorLogic): Logic {
  const place = placeMachine.provide({ actors: { link: link as never } });
  return supervisorMachine.provide({ actors: { place } });
}

type PlaceActions = NonNullable<Parameters<typeof placeMachine.provide>[0]['actions']>;

export function breakablePlace(actions: PlaceActions): typeof placeMachine {
  return stopsItsChildren(placeMachine.provide({ actions }));
}

type Emitted<T extends SupervisorEmitted['type']> = Extract<SupervisorEmitted, { type: T }>;
type Logic = typeof supervisorMachine;

export const REQUEST: ServiceRequest = {
  kind: 'service',
  instance: 'I',
  typeName: '_t._tcp.local',
  port: 1,
  priority: 0,
  weight: 0,
  host: undefined,
  addresses: undefined,
  txt: [],
  subtypes: [],
  extra: [],
  ttls: { host: 120, other: 4500 },
  onConflict: 'rename',
  interfaces: undefined,
};
export const BROWSE: WatchRequest = { kind: 'names', typeName: '_t._tcp.local', subtype: undefined };

interface Options extends Partial<SupervisorInput> {
  readonly logic?: Logic;
  /** Spoils the network. */
  readonly spoil?: (network: Network) => Partial<Network>;
}

export function setup({ logic = supervisorMachine, spoil, ...over }: Options = {}) {
  const bench = new Bench();
  const lan = new SimulatedLan({ clock: bench.clock });
  const host = lan.host('h', ['198.18.0.1/24']);
  const sound: Network = {
    clock: host.clock,
    random: () => host.random(),
    hostname: () => 'h',
    interfaces: () => host.interfaces(),
    openLink: (options, handlers) => host.openLink(options, handlers),
    onWake: (woke) => host.onWake(woke),
    keepAlive: () => host.keepAlive(),
  };
  const network = { ...sound, ...spoil?.(sound) };
  const input = { ...supervisorOptions({ network, hostname: 'h', ipv6: false }), ...over };
  const emitted: SupervisorEmitted[] = [];
  const actor = bench.start(logic, { input, inspect: coverage.inspect }, (starting) => {
    starting.on('*', (event) => emitted.push(event));
  });
  /** What was emitted of a type since the last time. */
  const take = <T extends SupervisorEmitted['type']>(type: T): Emitted<T>[] => {
    const found = emitted.filter((event): event is Emitted<T> => event.type === type);
    for (const event of found) emitted.splice(emitted.indexOf(event), 1);
    return found;
  };
  const status = (): Status | undefined => take('status.changed').at(-1)?.status;
  const messages = (since = 0): Message[] =>
    lan.trace
      .filter(({ from, time }) => from.startsWith('h/') && time >= since)
      .flatMap(({ bytes }) => decodeMessage(bytes).message ?? []);
  const peer = lan.peer({ address: '198.18.0.9' });
  return { bench, lan, host, actor, take, status, messages, peer };
}
