/** The same as an ES module. */
import bonjour, { type RemoteService } from 'mdns-actors/compat/bonjour';
import hap, { type Advertisement } from 'mdns-actors/compat/bonjour-hap';
import Default, { Bonjour, type Browser, Service } from 'mdns-actors/compat/bonjour-service';
import { type CiaoService, getResponder, Protocol, ServiceEvent } from 'mdns-actors/compat/ciao';
import { getNetAddress } from 'mdns-actors/compat/ciao/lib/util/domain-formatter';

const port = 49_152 + (process.pid % 10_000);
const only = { ip: '127.0.0.1', port, multicast: false };

export function older(): void {
  bonjour(only).findOne({ type: 'x' }, ({ host }: RemoteService) => host);
  const published: Advertisement = new hap(only).publish({ name: 'a', type: 'b', port: 1 });
  published.destroy();
  const service: CiaoService = getResponder().createService({ name: 'a', type: 'hap', protocol: Protocol.UDP });
  service.on(ServiceEvent.HOSTNAME_CHANGED, (name) => name.length);
  console.log(getNetAddress('192.0.2.1', '255.255.255.0'));
}

const instance = new Bonjour(only);
const service: Service = instance.publish({ name: 'Web', type: 'http', port: 80, txt: { a: 1 } });
service.on('up', () => {
  const browser: Browser = instance.find({ type: 'http' });
  browser.on('up', ({ name, txt }) => {
    const isOne = Default === Bonjour && service instanceof Service;
    instance.destroy(() => console.log(JSON.stringify({ found: isOne && name, a: txt.a })));
  });
});
