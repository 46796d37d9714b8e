/** Subtypes (RFC 6763 section 7.1): an instance under a subtype is the instance itself, under its own type. */
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { Ours } from './ours.js';
import { type Kind, kinds } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';

const type = '_http._tcp';
const plain = { name: 'Plain', type, port: 1 } as const;
const printer = { name: 'Web. Printer', type, port: 2, subtypes: ['_printer', '_universal'] } as const;

const pairs: ReadonlyArray<readonly [publisher: Kind, watcher: Kind]> = [
  ['Avahi', 'python-zeroconf'],
  ['mdns-actors', 'Avahi'],
  ['mdns-actors', 'python-zeroconf'],
  ['Avahi', 'mdns-actors'],
];

describeInterop('subtypes', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  for (const [publisherKind, watcherKind] of pairs) {
    it(`${watcherKind} finds what ${publisherKind} publishes under a subtype, and nothing else`, async () => {
      const publisher = await kinds[publisherKind](host('alpha'));
      const watcher = await kinds[watcherKind](host('beta'));
      const [all, some, others] = [
        watcher.browse(type),
        watcher.browse(type, '_printer'),
        watcher.browse(type, '_universal'),
      ];
      await publisher.publish(plain);
      const publication = await publisher.publish(printer);
      await Promise.all([all.sees('Plain'), all.sees(printer.name)]);
      expect(await some.sees(printer.name)).toMatchObject({ type, port: 2 });
      expect(await others.sees(printer.name)).toMatchObject({ type, port: 2 });
      await publication.withdraw();
      for (const browser of [all, some, others]) await browser.loses(printer.name);
      expect([all.names(), some.names(), others.names()]).toEqual([['Plain'], [], []]);
    });
  }

  it('our discover takes a subtype too', async () => {
    const avahi = await Avahi.start(host('alpha'));
    await Promise.all([avahi.publish(plain), avahi.publish(printer)]);
    const program = new Ours(host('beta')).run('discover', type, '--subtype', '_printer', '--timeout', '2500');
    expect(await program.ended()).toMatchObject({ code: 0 });
    expect(program.lines.map((line) => JSON.parse(line))).toMatchObject([{ name: printer.name, type, port: 2 }]);
  });
});
