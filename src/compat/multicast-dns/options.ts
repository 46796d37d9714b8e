/** The options of multicast-dns, as links of an engine and what the face does itself. */
import type { Socket, SocketType } from 'node:dgram';
import { IPV4_GROUP, IPV6_GROUP, MDNS_PORT } from '../../protocol/constants.js';
import { MdnsError } from '../../protocol/errors.js';
import type { SharedOptions } from '../shared-engine.js';
import type { FaceOptions } from './face.js';

/** The options of multicast-dns 7, with its defaults. */
export interface Options {
  /** Default: 5353. 0 is refused. */
  port?: number | undefined;
  /** Default: `udp4`. `udp6` requires `ip` and `interface`. */
  type?: SocketType | undefined;
  /** The group, or with `multicast: false` the address of a single peer. Default: `224.0.0.251`. */
  ip?: string | undefined;
  /** The same as `ip`. */
  host?: string | undefined;
  /** An address of the interface, or `::%eth0`; or several. Default: all that support multicast. */
  interface?: string | readonly string[] | undefined;
  /** Whether our own packets are received. Default: true. */
  loopback?: boolean | undefined;
  /** Without effect: what has the address of a single peer as its `ip` needs no multicast. */
  multicast?: boolean | undefined;
  /** Without effect, except that `false` is refused: each link is bound to the group. */
  bind?: false | string | undefined;
  /** Without effect: the port is always shared with other programs. */
  reuseAddr?: boolean | undefined;
  /** Without effect: always 255 (RFC 6762 section 11). */
  ttl?: number | undefined;
  /** Refused. */
  socket?: Socket | undefined;
}

export interface ReadOptions {
  readonly engine: SharedOptions;
  readonly face: FaceOptions;
}

/** @throws MdnsError `invalid-option` */
export function readOptions(options: Options): ReadOptions {
  const { socket, bind, port = MDNS_PORT, type = 'udp4', loopback = true } = options;
  if (socket) throw refused('socket', 'it has sockets of its own, one for each interface');
  if (bind === false) throw refused('bind: false', 'it receives on the port that it sends from');
  const family = type === 'udp6' ? 'ipv6' : 'ipv4';
  const ip = options.ip || options.host || (family === 'ipv4' ? IPV4_GROUP : undefined);
  const interfaces = interfacesOf(options.interface);
  if (ip === undefined || (family === 'ipv6' && interfaces === undefined))
    throw new MdnsError('invalid-option', 'For IPv6 multicast you must specify `ip` and `interface`');
  if (port === 0) throw refused('port: 0', 'a response to a query from another port comes to that port once only');
  const engine = { ...groupsOf(family, ip, port), ...(interfaces && { interfaces }) };
  return { engine, face: { family, group: { address: ip, port }, loopback: loopback !== false } };
}

/** The usual groups are those of an engine with default options, which other replacements use as well. */
function groupsOf(family: FaceOptions['family'], ip: string, port: number): SharedOptions {
  if (port === MDNS_PORT && [IPV4_GROUP, IPV6_GROUP].includes(ip)) return {};
  return family === 'ipv4' ? { ipv4: `${ip}:${port}`, ipv6: false } : { ipv4: false, ipv6: `[${ip}]:${port}` };
}

function interfacesOf(given: Options['interface']): readonly string[] | undefined {
  const all = [given ?? []].flat().filter((each) => !['', '0.0.0.0', '::'].includes(each));
  // Node's way to name an interface for IPv6 is an address with a zone.
  return all.length === 0 ? undefined : all.map((each) => each.replace(/^.*%/, ''));
}

function refused(what: string, why: string): MdnsError {
  return new MdnsError('invalid-option', `mdns-actors/compat/multicast-dns has no option "${what}": ${why}.`);
}
