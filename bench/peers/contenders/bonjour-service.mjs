import { Bonjour } from 'bonjour-service';
import { count, meter, own, role, say, timed } from './say.mjs';

/** ms after which it is asked again for what is missing (RFC 6762 section 5.2), which this library leaves to its user. */
const AGAIN = [1_000, 3_000, 7_000, 15_000];

const bonjour = new Bonjour();
if (role === 'answer') {
  const published = own.map((service) => bonjour.publish({ ...service, probe: false }));
  await Promise.all(published.map((service) => new Promise((resolve) => service.on('up', resolve))));
  meter();
  say('ready');
} else {
  await timed((isUp, isDown) => {
    const browser = bonjour.find({ type: 'http' });
    browser.on('up', ({ fqdn, addresses, txt }) => {
      if (addresses.length > 0 && 'id' in txt) isUp(fqdn);
    });
    browser.on('down', ({ fqdn }) => isDown(fqdn));
    const ask = () => {
      // It does not say which answers it knows: with all of them it would only be told all again.
      if (browser.services.length < count) browser.update();
    };
    for (const ms of AGAIN) setTimeout(ask, ms);
  });
}
