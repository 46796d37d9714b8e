/** What grows with what peers say, on virtual time: addresses N, instances N, expiry N, types N. Writes what it took as JSON. */
import { createMdns } from '../../dist/index.js';
import { Draft, labels, type Name, port, SHARED, TYPES } from './draft.js';
import { QuietNetwork } from './quiet-network.js';
import { BROWSED } from './worst.js';

export interface Grown {
  /** ms */
  readonly longestTurn: number;
  /** ms of CPU in all. */
  readonly cpu: number;
  /** MiB of the heap and of buffers that are kept. */
  readonly memory: number;
}

/** So many hosts say it, each its part: one alone has its share of the cache. */
const SOURCES = 40;
const SHARED_PTR = { type: TYPES.PTR, class: SHARED };
const [what = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const network = new QuietNetwork();
const { time } = network;
const mdns = createMdns({ network, ipv6: false, hostname: 'victim' });
const growths: Readonly<Record<string, () => Grown>> = {
  addresses: () => instances(count),
  instances: () => instances(1),
  expiry,
  types,
};
const measured = growths[what]?.();
if (measured === undefined) throw new Error(`there is no such growth: ${what}`);
process.stdout.write(JSON.stringify(measured), () => process.exit());

/** N instances at a host of so many addresses, then one address more. */
function instances(addresses: number): Grown {
  mdns.browse('http').subscribe();
  return grown(() => {
    say(count, 10, (draft, i) => {
      const name = [`I${i}`, ...labels(BROWSED)];
      draft.record(labels(BROWSED), SHARED_PTR, [name]);
      draft.record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), labels('big.local')]);
    });
    const address = (i: number) => Uint8Array.of(10, i >> 8, i & 0xff, 1);
    const add = (draft: Draft, i: number) =>
      draft.record(labels('big.local'), { type: TYPES.A, class: SHARED, ttl: 120 }, [address(i)]);
    say(addresses, 50, add);
    time.advance(4_000);
    network.hear(add(new Draft(), 0xf000).done(), '198.18.0.2');
    time.advance(4_000);
  });
}

/** N SRV records of N instances, and of one, that run out together. */
function expiry(): Grown {
  mdns.browse('http').subscribe();
  return grown(() => {
    const name = (i: number): Name => [`I${i % 2 === 0 ? i : 1}`, ...labels(BROWSED)];
    say(count, 50, (draft, i) => {
      draft.record(labels(BROWSED), { ...SHARED_PTR, ttl: 60 }, [name(i)]);
      draft.record(name(i), { type: TYPES.SRV, class: SHARED, ttl: 60 }, [port(i), [`h${i}`, 'local']]);
    });
    time.advance(70_000);
  });
}

/** N types that come and go while everything is browsed. Memory: beyond what the first tenth took. */
function types(): Grown {
  mdns.browseAll().subscribe();
  const round = (prefix: string, many: number) => {
    const name = (i: number): Name => [`_${prefix}${i}`, '_tcp', 'local'];
    const list = labels('_services._dns-sd._udp.local');
    for (const ttl of [4_500, 0]) {
      say(many, 10, (draft, i) => {
        const instance = ['One', ...name(i)];
        draft.record(list, { ...SHARED_PTR, ttl }, [name(i)]);
        draft.record(name(i), { ...SHARED_PTR, ttl }, [instance]);
        draft.record(instance, { type: TYPES.SRV, ttl: Math.min(ttl, 120) }, [port(80), labels('host.local')]);
      });
      time.advance(5_000);
    }
    time.advance(3_600_000);
  };
  round('warm', count / 10);
  return grown(() => round('t', count));
}

/** Says something `many` times, so many in a packet, each packet a millisecond after the other. */
function say(many: number, inOne: number, write: (draft: Draft, i: number) => void): void {
  for (let i = 0; i < many; i += inOne) {
    const draft = new Draft();
    for (let k = i; k < Math.min(i + inOne, many); k++) write(draft, k);
    network.hear(draft.done(), `198.18.0.${10 + ((i / inOne) % SOURCES)}`);
    time.advance(1);
  }
}

function grown(run: () => void): Grown {
  time.advance(5_000);
  const before = kept();
  network.longestTurn = 0;
  const began = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(began);
  return { longestTurn: network.longestTurn, cpu: (user + system) / 1_000, memory: (kept() - before) / 2 ** 20 };
}

function kept(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
