/**
 * A network in memory, on virtual time, for tests: the contents of `mdns-actors/testing`.
 *
 * A `SimulatedHost` is a `Network` and replaces the real one. Nothing happens until time passes; when `advance`
 * returns, everything that was due has happened; and equal seeds give equal packets, byte for byte.
 *
 *     const lan = new SimulatedLan({ seed: 1 });
 *     const kitchen = lan.host('kitchen', ['192.0.2.1/24', 'fe80::1/64']);   // each with an interface `eth0`
 *     const office = lan.host('office', ['192.0.2.2/24', 'fe80::2/64']);
 *     const device = lan.peer({ address: '192.0.2.99' });                     // keeps what it receives
 *     // Start what is to be tested on `kitchen` and `office`, then:
 *     lan.clock.advance(3_000);
 *     const mend = lan.addReceiverRule(partition('kitchen'));                 // the kitchen is cut off from all others
 *     lan.addRule(loss(0.3, lan.random));                                     // 30 % of the packets are lost
 *     device.multicast(bytes);
 *     lan.clock.advance(60_000);
 *     expect(lan.trace.length).toBeLessThan(20);
 */
export { type BabbleOptions, babble } from './babble.js';
export { type BridgeOptions, bridge, type ReflectorFoot, reflector } from './bridge.js';
export type { DnsResponder, SimulatedDnsNetwork, SimulatedDnsServer } from './dns-server.js';
export { type PlugOptions, SimulatedHost, type SimulatedHostOptions } from './host.js';
export { SimulatedLan, type SimulatedLanOptions } from './lan.js';
export type { Endpoint, Packet, ReceiverRule, Rule, RuleEffect } from './packet.js';
export { pcapOf } from './pcap.js';
export { type Heard, type PeerOptions, ScriptedPeer } from './peer.js';
export { type Random, seededRandom } from './random.js';
export { corruption, deaf, duplication, jitter, loss, mute, partition, reordering } from './rules.js';
export { VirtualClock } from './virtual-clock.js';
