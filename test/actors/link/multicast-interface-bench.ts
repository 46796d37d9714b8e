/** A link on a simulated host, what it sends, and what it tells its place and the supervisor. */
import { Intake } from '../../../src/actors/link/intake.js';
import { multicastInterfaceMachine } from '../../../src/actors/link/multicast-interface.js';
import { OwnRecords } from '../../../src/actors/link/own-records.js';
import { PacketTap } from '../../../src/actors/link/packet-tap.js';
import { SentPackets } from '../../../src/actors/link/sent-packets.js';
import type { LinkId, LinkReport, MulticastInterfaceReport } from '../../../src/actors/messages.js';
import type { Publication } from '../../../src/actors/publication.js';
import type { Network, NetworkInterface } from '../../../src/net/network.js';
import { type SimulatedHost, SimulatedLan } from '../../../src/net/simulated/index.js';
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, Coverage } from '../../support/actors.js';

export const coverage = new Coverage(multicastInterfaceMachine);
const LINK: LinkId = 'eth0/ipv4';
const TTLS = { host: 120, other: 4500 };
export const HOST: Publication = { kind: 'host', id: 'host', host: 'h.local', ttls: TTLS };

export function serviceOf(instance: string, id = instance): Publication {
  return {
    kind: 'service',
    id,
    instance,
    typeName: '_t._tcp.local',
    port: 1,
    priority: 0,
    weight: 0,
    host: 'h.local',
    txt: [],
    subtypes: [],
    extra: [],
    ttls: TTLS,
  };
}

export function setup(
  publications: readonly Publication[] = [],
  change: (host: SimulatedHost) => Network = (host) => host,
) {
  const bench = new Bench();
  const lan = new SimulatedLan({ clock: bench.clock });
  const host = lan.host('h', ['198.18.0.1/24']);
  const supervisor = bench.recorder<MulticastInterfaceReport | LinkReport>();
  const own = new OwnRecords();
  const sent = new SentPackets();
  sent.interfacesAre(host.interfaces());
  const input = {
    id: LINK,
    interface: eth0(host),
    family: 'ipv4',
    group: '224.0.0.251',
    port: 5353,
    families: new Set(['ipv4'] as const),
    network: change(host),
    sent,
    intake: new Intake(host.clock),
    tap: new PacketTap(),
    own,
    announcements: 2,
    reannounceMs: undefined,
    maxCacheRecords: 100,
    addressFilter: undefined,
    namedFilters: () => undefined,
    place: supervisor.port,
    supervisor: supervisor.port,
  } as const;
  const actor = bench.start(multicastInterfaceMachine, { input, inspect: coverage.inspect });
  for (const publication of publications) actor.send({ type: 'publication.added', publication });
  const value = () => {
    const { value: found } = actor.getSnapshot();
    return typeof found === 'object' && 'up' in found ? 'up' : found;
  };
  const messages = (since = 0): Message[] =>
    lan.trace
      .filter(({ from, time }) => from === 'h/eth0' && time >= since)
      .flatMap(({ bytes }) => decodeMessage(bytes).message ?? []);
  let isOver = false;
  /** The reports to the place and the supervisor since the last call, in short form, and whether it has closed. */
  const told = () => {
    const reports = supervisor.take().map((report) => {
      if (report.type === 'link.throttled') return `throttled ${report.source}`;
      if (report.type !== 'link.reported') return `${report.type} ${report.id}`;
      return `${report.state}${report.fault ? ` ${report.fault.code}` : ''}`;
    });
    if (!isOver && actor.getSnapshot().status === 'done') {
      isOver = true;
      reports.push('closed');
    }
    return reports;
  };
  const changed = (to = eth0(host)) => actor.send({ type: 'interface.changed', interface: to });
  return { bench, lan, host, own, actor, value, messages, told, changed };
}

export function eth0(host: SimulatedHost): NetworkInterface {
  const [first] = host.interfaces();
  if (!first) throw new Error('No interface.');
  return first;
}

export const probes = (messages: Message[]) => messages.filter(({ authorities }) => authorities.length > 0);
export const answers = (messages: Message[]): ResourceRecord[] => messages.flatMap((message) => message.answers);
