/** webpack-dev-server, unchanged, on the replacement of bonjour-service. */
import { beforeAll, expect, it } from 'vitest';
import { Avahi } from '../../test/interop/avahi.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { startRedirected } from './program.js';

/** Milliseconds for what loads half of npm. */
const PATIENCE = 30_000;

describeInterop('programs with bonjour-service', () => {
  const { host } = useWorld({ hosts: ['device', 'client'] });
  let avahi: Avahi;
  beforeAll(async () => {
    avahi = await Avahi.start(host('client'));
  });

  it('webpack-dev-server announces itself with its subtype, and is gone after SIGTERM', async () => {
    const browsers = [avahi.browse('_http._tcp'), avahi.browse('_http._tcp', '_webpack')];
    const server = startRedirected(host('device'), 'webpack.mjs');
    const name = 'Webpack Dev Server device:8088';
    for (const browser of browsers) {
      const seen = await browser.sees(name, ({ addresses }) => addresses.length > 0, PATIENCE);
      expect(seen).toMatchObject({ port: 8088, type: '_http._tcp', txt: {} });
      expect(host('device').addresses).toEqual(expect.arrayContaining([...seen.addresses]));
    }
    await server.stop();
    for (const browser of browsers) await browser.loses(name);
    expect(server.errors).toEqual([]);
  });
});
