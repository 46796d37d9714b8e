/** The contract of dnssd-advertise 1: each test runs on the original and on the replacement, with Avahi as the client. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Avahi } from '../../test/interop/avahi.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { both, filesOfBoth } from './both.js';
import { said, startUser } from './program.js';

describe.each(both<{ advertise: unknown }>('dnssd-advertise'))('%s', (_, exports) => {
  it('exports one function', () => {
    expect(Object.keys(exports)).toEqual(['advertise']);
    expect(exports.advertise).toBeTypeOf('function');
  });
});

describeInterop('dnssd-advertise on a network', () => {
  const { host } = useWorld({ hosts: ['device', 'client'] });
  let avahi: Avahi;
  beforeAll(async () => {
    avahi = await Avahi.start(host('client'));
  });

  describe.each(filesOfBoth('dnssd-advertise'))('%s', (_, file) => {
    it('advertises until it is stopped, and does not keep the process alive then', async () => {
      const options = {
        name: 'My Site',
        type: 'http',
        protocol: 'tcp',
        port: 8080,
        subtypes: ['_expo'],
        txt: { path: '/x', version: 2, open: true, closed: false, nothing: null },
      };
      const user = startUser(
        host('device'),
        file,
        `const stop = original.advertise(${JSON.stringify(options)});
         const alive = setInterval(() => {}, 1000);
         process.once('SIGTERM', () => stop().then(() => { say('stopped'); clearInterval(alive); }));`,
      );
      const browser = avahi.browse('_http._tcp', '_expo');
      const seen = await browser.sees('My Site', ({ addresses }) => addresses.length > 0);
      expect(seen).toMatchObject({ port: 8080, host: 'device.local' });
      expect(seen.txt).toEqual({ path: '/x', version: '2', open: true });
      user.signal('SIGTERM');
      await said(user, 'stopped');
      await browser.loses('My Site');
      expect(await user.ended()).toMatchObject({ code: 0 });
    });

    it('makes labels of names: the dots of an instance, capitals of a host', async () => {
      const options = { name: ' V1.2 ', type: '_http', protocol: 'TCP', port: 81, hostname: 'Big Box.local' };
      startUser(host('device'), file, `original.advertise(${JSON.stringify(options)}); setInterval(() => {}, 1000);`);
      const seen = await avahi.browse('_http._tcp').sees('V1_2', ({ addresses }) => addresses.length > 0);
      expect(seen).toMatchObject({ host: 'big-box.local', port: 81, txt: {} });
    });

    it('by itself does not keep the process alive', async () => {
      const options = { name: 'Short', type: 'http', protocol: 'tcp', port: 82 };
      const user = startUser(host('device'), file, `original.advertise(${JSON.stringify(options)});`);
      expect(await user.ended()).toMatchObject({ code: 0 });
    });
  });
});
