/** One change, and who has to do with it: one watcher alone, or one among a thousand. */
import { createMdns } from '../src/index.js';
import { txtData } from '../src/protocol/txt-strings.js';
import { encodeMessage } from '../src/protocol/wire/encode.js';
import { microsecondsPerItem, report } from './measure.js';
import { announcement, responseOf } from './packets.js';
import { StubNetwork } from './stub-network.js';

const CHANGES = 1_000;

/** Microseconds from a datagram with a new TXT record to the `changed` event of the one browse that it concerns. */
function oneAmong(watchers: number): number {
  return microsecondsPerItem(CHANGES, () => {
    const network = new StubNetwork();
    const mdns = createMdns({ network, ipv6: false, announceHost: false });
    network.clock.advance(1_000);
    let told = 0;
    for (let i = 0; i < watchers; i++) {
      mdns.browse(i === 0 ? 'http' : `type${i}`).subscribe(({ event }) => {
        if (event === 'changed') told++;
      });
    }
    network.clock.advance(1_000);
    const [pointer, , srv, txt, address] = announcement(1);
    const records = [pointer, srv, txt, address].filter((record) => record !== undefined);
    network.hear(encodeMessage(responseOf(records)));
    network.clock.advance(200);
    const changes = Array.from({ length: CHANGES }, (_, i) => {
      if (txt?.type !== 'TXT') throw new Error('no TXT');
      return encodeMessage(responseOf([{ ...txt, ...txtData([new TextEncoder().encode(`n=${i}`)]) }]));
    });
    return () => {
      for (const bytes of changes) {
        network.hear(bytes);
        // The record that was replaced goes.
        network.clock.advance(2_000);
      }
      if (told !== CHANGES) throw new Error(`${told} changes were told`);
    };
  });
}

const alone = oneAmong(1);
report('a change told to the only watcher', alone, { 'one among 1,000': oneAmong(1_000) });
