/** Ours, Avahi and python-zeroconf on a host each: everyone publishes, everyone watches, one after the other leaves. */
import { expect, it } from 'vitest';
import { expectSighting } from './meeting.js';
import type { Stack } from './stack.js';
import { kinds } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';

const type = '_ipp._tcp';

describeInterop('three hosts at once', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta', 'gamma'] });

  const startAll = async (): Promise<readonly [Stack, Stack, Stack]> => [
    await kinds['mdns-actors'](host('alpha')),
    await kinds.Avahi(host('beta')),
    await kinds['python-zeroconf'](host('gamma')),
  ];

  it('each sees all three come and go', async () => {
    const stacks = await startAll();
    const browsers = stacks.map((stack) => stack.browse(type));
    const services = stacks.map((stack, index) => ({
      name: `Of ${stack.kind}`,
      type,
      port: 10 + index,
      txt: { n: `${index}` },
    }));
    const publications = await Promise.all(stacks.map((stack, index) => stack.publish(services[index] ?? fail())));
    for (const browser of browsers) {
      for (const [index, service] of services.entries()) {
        expectSighting(await browser.sees(service.name), service, stacks[index] ?? fail());
      }
    }
    for (const publication of publications) {
      await publication.withdraw();
      await Promise.all(browsers.map((browser) => browser.loses(publication.name)));
    }
    expect(browsers.map((browser) => browser.names())).toEqual([[], [], []]);
  });

  it('all three want the same name at the same time, and end with three', async () => {
    const stacks = await startAll();
    const browsers = stacks.map((stack) => stack.browse(type));
    const wanted = stacks.map((_stack, index) => ({ name: 'Wanted', type, port: 20 + index }));
    await Promise.all(stacks.map((stack, index) => stack.publish(wanted[index] ?? fail())));
    for (const browser of browsers) {
      await browser.settles('the three ports under three names', (sightings) => {
        const ports = sightings.map(({ port }) => port).sort();
        return sightings.length === 3 && ports.join() === wanted.map(({ port }) => port).join();
      });
    }
  });
});

function fail(): never {
  throw new Error('there are as many services as stacks');
}
