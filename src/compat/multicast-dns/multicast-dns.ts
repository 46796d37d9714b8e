import { shareEngine } from '../shared-engine.js';
import { MulticastDns } from './face.js';
import { type Options, readOptions } from './options.js';

/**
 * Sends and receives messages of Multicast DNS, as the package multicast-dns 7 does: without a cache, and without
 * answering by itself. Keeps the process alive until `destroy`.
 *
 * @throws MdnsError `invalid-option` for `socket`, `bind: false` and `port: 0`, and for IPv6 without `ip` and
 * `interface`
 * @example
 * const mdns = multicastDns();
 * mdns.on('response', ({ answers }) => console.log(answers));
 * mdns.query('_http._tcp.local', 'PTR');
 */
export function multicastDns(options?: Options): MulticastDns {
  const { engine, face } = readOptions(options ?? {});
  return new MulticastDns(shareEngine(engine), face);
}
