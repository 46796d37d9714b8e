/** The one thing that all of this is about: what one host publishes, another one finds, resolves, and sees go. */
import { expect } from 'vitest';
import type { Family, Service, Sighting, Stack } from './stack.js';

/** Publishes with one stack, and follows the service with the other from the first sight to the last. */
export async function expectMeeting(publisher: Stack, watcher: Stack, service: Service): Promise<void> {
  const browser = watcher.browse(service.type);
  const publication = await publisher.publish(service);
  expect(publication.name).toBe(service.name);
  expectSighting(await browser.sees(service.name), service, publisher);
  await expectLookups(watcher, publisher, (await browser.sees(service.name)).host);
  const { code } = await publication.withdraw();
  if (publisher.kind === 'mdns-actors') expect(code).toBe(0);
  await browser.loses(service.name);
}

/** The service as it was published, at addresses of the machine that published it. */
export function expectSighting(sighting: Sighting, service: Service, publisher: Stack): void {
  expect(sighting).toMatchObject({
    name: service.name,
    type: service.type,
    port: service.port,
    txt: service.txt ?? {},
  });
  expect(Object.keys(sighting.txt).sort()).toEqual(Object.keys(service.txt ?? {}).sort());
  expect(sighting.host).toMatch(/^.+\.local$/);
  expect(sighting.addresses).not.toEqual([]);
  for (const address of sighting.addresses) expect(publisher.host.addresses).toContain(address);
}

/** Every family that the network has leads to the publisher. */
export async function expectLookups(watcher: Stack, publisher: Stack, hostName: string): Promise<void> {
  const { ipv4, ipv6 } = publisher.host.world;
  const families: readonly Family[] = [...(ipv4 ? (['ipv4'] as const) : []), ...(ipv6 ? (['ipv6'] as const) : [])];
  for (const family of families) {
    const address = await watcher.lookup(hostName, family);
    expect(publisher.host.addresses, `${family} address of ${hostName}`).toContain(address);
    expect(address?.includes(':')).toBe(family === 'ipv6');
  }
}
