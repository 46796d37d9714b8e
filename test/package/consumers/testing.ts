/** A test of a user's program, in a simulated network. */
import { createMdns } from 'mdns-actors';
import {
  decodeMessage,
  loss,
  type Packet,
  type SimulatedHost,
  SimulatedLan,
  traceText,
  VirtualClock,
} from 'mdns-actors/testing';

export const lan = new SimulatedLan({ seed: 1, clock: new VirtualClock() });
export const host: SimulatedHost = lan.host('one', ['198.18.0.1/24']);
export const peer = lan.peer({ address: '198.18.0.9' });
export const end = lan.addRule(loss(0, lan.random));
export const decode = (packet: Packet) => decodeMessage(packet.bytes);
const mdns = createMdns({ network: host });
mdns.publish({ name: 'Web', type: 'http', port: 80 });
lan.clock.advance(10_000);
const closed = mdns.close();
lan.clock.advance(2_000);
await closed;
console.log(JSON.stringify({ packets: lan.trace.length > 3, text: traceText(lan.trace).includes('Web') }));
