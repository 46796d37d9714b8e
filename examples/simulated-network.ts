/** Two hosts on a network that exists in memory only: a cable is cut, and an hour of it takes a moment. */
import { createMdns } from 'mdns-actors';
import { partition, SimulatedLan, traceText } from 'mdns-actors/testing';

const lan = new SimulatedLan({ seed: 1 });
const kitchen = createMdns({ network: lan.host('kitchen', ['192.0.2.1/24']), hostname: 'kitchen' });
const office = createMdns({ network: lan.host('office', ['192.0.2.2/24']), hostname: 'office' });
const radio = kitchen.publish({ name: 'Radio', type: 'http', port: 80 });
office.browse('http').subscribe(({ event, instance }) => {
  console.log(`${(lan.clock.now() / 1_000).toFixed(1)} s: the office sees ${instance.name} ${event}`);
});
await lan.clock.settle(radio.announced);
lan.clock.advance(3_000);
const mend = lan.addReceiverRule(partition('kitchen'));
lan.clock.advance(2 * 3_600_000);
mend();
lan.clock.advance(3_600_000);
await lan.clock.settle(Promise.all([kitchen.close(), office.close()]));
console.log(traceText(lan.trace).split('\n').slice(0, 5).join('\n'));
console.log(
  `${lan.trace.length} packets, ${lan.toPcap().length} bytes as a capture file, hash ${lan.hash().slice(0, 12)}`,
);
