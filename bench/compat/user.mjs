/**
 * `node user.mjs ROLE COUNT PACKAGE`: finds or publishes services with a package, as peers/contenders/say.mjs says. With
 * `--import mdns-actors/compat/register` it is the replacement.
 */
import { createRequire } from 'node:module';
import { count, meter, own, role, say, timed } from '../peers/contenders/say.mjs';

const name = process.argv[4];
const lib = createRequire(new URL('../../compat/package.json', import.meta.url))(name);

/** ms after which it is asked again for what is missing (RFC 6762 section 5.2), which some leave to their user. */
const AGAIN = [1_000, 3_000, 7_000, 15_000];
const again = (ask) => {
  for (const ms of AGAIN) setTimeout(ask, ms);
};

function findBonjour(bonjour, isUp) {
  const browser = bonjour.find({ type: 'http' }, ({ fqdn }) => isUp(fqdn));
  again(() => browser.services.length < count && browser.update());
}

const find = {
  'bonjour-service': (isUp) => findBonjour(new lib(), isUp),
  bonjour: (isUp) => findBonjour(lib(), isUp),
  'bonjour-hap': (isUp) => findBonjour(lib(), isUp),
  dnssd: (isUp) => new lib.Browser('_http._tcp').on('serviceUp', ({ fullname }) => isUp(fullname)).start(),
  mdns: (isUp) =>
    lib
      .createBrowser(lib.tcp('http'))
      .on('serviceUp', (service) => isUp(service.fullname))
      .start(),
  'multicast-dns': (isUp) => {
    const mdns = lib();
    const found = new Set();
    mdns.on('response', ({ answers, additionals }) => {
      for (const { type, name: fqdn } of [...answers, ...additionals]) {
        if (type !== 'SRV') continue;
        found.add(fqdn);
        isUp(fqdn);
      }
    });
    const ask = () => found.size < count && mdns.query('_http._tcp.local', 'PTR');
    ask();
    again(ask);
  },
};

const up = (service) => new Promise((resolve) => service.on('up', resolve));
const publish = {
  'bonjour-service': (service) => up(bonjour().publish(service)),
  bonjour: (service) => up(bonjour().publish(service)),
  'bonjour-hap': (service) => up(bonjour().publish(service)),
  dnssd: ({ name, type, port }) =>
    new Promise((active) => new lib.Advertisement(`_${type}._tcp`, port, { name }).on('active', active).start()),
  mdns: ({ name, type, port }) =>
    new Promise((done) => lib.createAdvertisement(lib.tcp(type), port, { name }, done).start()),
  // It takes the announcement of a service without TXT data, which comes back to it, for a conflict.
  '@homebridge/ciao': (service) =>
    lib
      .getResponder()
      .createService({ ...service, txt: { v: 1 } })
      .advertise(),
  // It does not say when it is done.
  'dnssd-advertise': (service) => lib.advertise({ ...service, protocol: 'tcp' }),
};

let shared;
function bonjour() {
  shared ??= name === 'bonjour-service' ? new lib() : lib();
  return shared;
}

if (role === 'answer') {
  const began = performance.now();
  await Promise.all(own.map((service) => publish[name](service)));
  meter();
  say('found', { count, seconds: (performance.now() - began) / 1_000 });
  say('ready');
  setInterval(() => {}, 60_000);
} else {
  await timed(find[name]);
}
