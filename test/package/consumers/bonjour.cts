/** Strict CommonJS with the types of bonjour-service, bonjour, bonjour-hap and ciao. */
import Bonjour = require('mdns-actors/compat/bonjour-service');
import bonjour = require('mdns-actors/compat/bonjour');
import hap = require('mdns-actors/compat/bonjour-hap');
import ciao = require('mdns-actors/compat/ciao');
import formatter = require('mdns-actors/compat/ciao/lib/util/domain-formatter');

const port = 49_152 + (process.pid % 10_000);
const only = { ip: '127.0.0.1', port, multicast: false };
const config: Bonjour.ServiceConfig = { name: 'Web', type: 'http', port: 80, txt: { a: 1 } };

export function older(): void {
  const first: bonjour.Bonjour = bonjour(only);
  const published: bonjour.Service = first.publish({ name: 'a', type: 'b', port: 1, txt: { a: 1 } });
  published.stop(() => first.destroy());
  first.find({ type: 'x' }, (found: bonjour.RemoteService) => console.log(found.referer.address, found.rawTxt.length));
  const second: hap.Bonjour = new hap(only);
  second.publish({ name: 'a', type: 'b', port: 1 }).updateTxt({ a: 'b' }, true);
  second.on('error', ({ message }) => console.error(message));
  const responder: ciao.Responder = ciao.getResponder({ interface: 'lo' });
  const options: ciao.ServiceOptions = { name: 'a', type: ciao.ServiceType.HAP, protocol: ciao.Protocol.TCP };
  const service: ciao.CiaoService = responder.createService(options);
  service.on(ciao.ServiceEvent.NAME_CHANGED, (name: string) => console.log(name));
  console.log(formatter.getNetAddress('192.0.2.1', '255.255.255.0'));
}

const instance: Bonjour = new Bonjour(only, (error: Error) => console.error(error));
const service: Bonjour.Service = instance.publish(config);
service.on('up', () => {
  const browser: Bonjour.Browser = instance.find({ type: 'http' }, (found: Bonjour.Service) => {
    instance.destroy(() => console.log(JSON.stringify({ found: found.name, a: found.txt.a })));
  });
  browser.on('txt-update', (now, before) => console.log(now.name, before.port));
});
