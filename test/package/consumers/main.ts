/** A program in the manner of users: everything that the main entry hands out has a type with a name. Compiled and run by the package test. */
import { lookup } from 'node:dns';
import { get } from 'node:http';
import { connect } from 'node:net';
import {
  type BrowseOptions,
  type Clock,
  createMdns,
  type DiscoverOptions,
  type FoundHost,
  type FoundRecord,
  type HostOptions,
  type Inspected,
  type InstanceChange,
  type InstanceEvent,
  type InstanceName,
  type InstanceNameEvent,
  type LinkFault,
  type Logger,
  type LossReason,
  type Mdns,
  MdnsError,
  type MdnsErrorCode,
  type MdnsOptions,
  type Metrics,
  type Name,
  type Network,
  NodeNetwork,
  type PublicationEvent,
  type Published,
  type PublishedService,
  type RecordTtls,
  type ResourceRecord,
  type ServiceChanges,
  type ServiceInstance,
  type ServiceOptions,
  type Status,
  type TxtInput,
  type TypeEvent,
  type WaitOptions,
} from 'mdns-actors';

const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const seen: string[] = [];
export const options: MdnsOptions = {
  interfaces: 'loopback',
  ipv4: '224.0.0.254:49120',
  ipv6: false,
  logger,
  inspect: (event: Inspected) => seen.push(event.type),
};
export const mdns = createMdns(options);
export const inferred = {
  web: mdns.publish({ name: 'Web', type: 'http', port: 80, txt: { path: '/' } }),
  host: mdns.publishHost({ name: 'alias' }),
  browse: mdns.browse('http'),
  names: mdns.browse('http', { resolve: false }),
  types: mdns.browse(),
  all: mdns.browseAll(),
  services: mdns.browse('http').services$,
  status: mdns.status$,
  hostname: mdns.hostname$,
  metrics: mdns.metrics(),
  nodeLookup: mdns.nodeLookup,
};
export const discover = (wait: DiscoverOptions) => mdns.discover('http', wait);
export const resolve = (wait: WaitOptions) => mdns.resolve('Web', 'http', wait);
export const lookUp = (host: string) => mdns.lookup(host, { timeout: 2_000 });
export const query = (name: string) => mdns.query(name, 'ANY');
export function nameAll(
  _found: FoundHost | FoundRecord | InstanceEvent | InstanceName | InstanceNameEvent | TypeEvent | InstanceChange,
  _published: Published | PublishedService | PublicationEvent,
  _given: BrowseOptions | HostOptions | ServiceOptions | ServiceChanges | TxtInput | RecordTtls,
  _told: Status | Metrics | LinkFault | LossReason | MdnsErrorCode | Name | ResourceRecord | ServiceInstance,
  _network: Network | Clock,
): Mdns {
  return mdns;
}
export class Server {
  readonly found = mdns.resolve('Web', 'http');
  constructor(readonly network = new NodeNetwork()) {}
}
/** Fits what takes a `lookup`. */
export const connections = [
  () => connect({ host: 'web.local', port: 80, lookup: mdns.nodeLookup }),
  () => get('http://web.local/', { lookup: mdns.nodeLookup }),
  () => lookup('localhost', () => {}),
];

await inferred.web.whenAnnounced({ timeout: 20_000 });
const { host } = await mdns.resolve('Web', 'http', { timeout: 10_000 });
inferred.web.update({ port: 81 });
// What was announced before is cached until the update is announced, which may take six seconds (RFC 6762 section 8.4).
const port = await new Promise<number>((found) => {
  inferred.browse.subscribe(({ instance }) => {
    if (instance.port === 81) found(instance.port);
  });
});
const code = await mdns
  .lookup('nobody', { timeout: 1 })
  .catch((error: unknown) => error instanceof MdnsError && error.code);
await mdns.close();
console.log(JSON.stringify({ port, host: host.endsWith('-node.local'), code, inspected: seen.length > 0 }));
