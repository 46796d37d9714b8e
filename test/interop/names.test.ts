/** Instance names are any text (RFC 6763 section 4.1.1): all of these survive from one implementation to the other. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectSighting } from './meeting.js';
import { Ours } from './ours.js';
import type { Service, Stack } from './stack.js';
import { type Kind, kinds } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';

const type = '_names._tcp';
const names = [
  'Living Room',
  'a.b.c',
  '.dots at the ends.',
  'back\\slash',
  'escaped\\.dot \\065',
  'semi;colon "quoted" \'single\'',
  'Küche ☕',
  '日本語',
  'Printer (2)',
  'UPPER lower',
  '100%',
  '123',
  'x'.repeat(63),
  'ü'.repeat(31),
];
/** python-zeroconf 0.47 splits the names that it publishes at every dot, and reads others' well. */
const withoutDots = names.filter((name) => !name.includes('.'));

const pairs: ReadonlyArray<readonly [publisher: Kind, watcher: Kind]> = [
  ['Avahi', 'python-zeroconf'],
  ['python-zeroconf', 'Avahi'],
  ['mdns-actors', 'Avahi'],
  ['mdns-actors', 'python-zeroconf'],
  ['Avahi', 'mdns-actors'],
  ['python-zeroconf', 'mdns-actors'],
];

describeInterop('names', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  for (const [publisherKind, watcherKind] of pairs) {
    it(`go unchanged from ${publisherKind} to ${watcherKind}`, async () => {
      const publisher = await kinds[publisherKind](host('alpha'));
      const watcher = await kinds[watcherKind](host('beta'));
      const browser = watcher.browse(type);
      const published = publisherKind === 'python-zeroconf' ? withoutDots : names;
      const services = published.map((name, index) => ({ name, type, port: 1000 + index, txt: { name } }));
      await publishAll(publisher, services);
      for (const service of services) expectSighting(await browser.sees(service.name), service, publisher);
      expect(browser.names()).toEqual([...published].sort());
    });
  }

  it('can be given on our command line as they are', async () => {
    const watcher = await kinds.Avahi(host('beta'));
    const ours = new Ours(host('alpha'));
    const service = { name: 'Küche. "2" \\ ☕ (2)', type, port: 7 };
    expect((await ours.publish(service)).name).toBe(service.name);
    expectSighting(await watcher.browse(type).sees(service.name), service, ours);
    const resolved = new Ours(host('beta')).run('resolve', service.name, type);
    await resolved.ended();
    expect(JSON.parse(resolved.lines[0] ?? '{}')).toMatchObject({ name: service.name, port: service.port });
  });
});

async function publishAll(publisher: Stack, services: readonly Service[]): Promise<void> {
  if (!(publisher instanceof Ours)) {
    await Promise.all(services.map((service) => publisher.publish(service)));
    return;
  }
  const path = join(publisher.host.world.directory, 'names.json');
  writeFileSync(path, JSON.stringify(services));
  await publisher.publishFile(
    path,
    services.map(({ name }) => name),
  );
}
