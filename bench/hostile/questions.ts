/** A4: what others invent does not become traffic of ours: in any 10 s no more bytes of questions than came in, plus 16 KiB. */
import { createMdns } from '../../dist/index.js';
import { Draft, labels, port, SHARED, TYPES } from './draft.js';
import type { Scenario } from './line.js';
import { QuietNetwork } from './quiet-network.js';
import { BROWSED } from './worst.js';

const WINDOW = 10_000;
const FREE = 16_384;
const INVENTED = 2_000;
const SECONDS = 600;

/** How what is invented comes in: what each packet says, and how many ms pass after it. */
interface Way {
  readonly pause: number;
  readonly inOne: number;
  readonly write: (draft: Draft, i: number) => void;
}

const ways: Readonly<Record<string, Way>> = {
  'PTR records at once': { pause: 1, inOne: 50, write: pointer },
  'PTR records, 20 a second': { pause: 50, inOne: 1, write: pointer },
  'PTR records of 10 s': { pause: 50, inOne: 1, write: (draft, i) => pointer(draft, i, 10) },
  'instances at invented hosts': { pause: 1, inOne: 20, write: instance },
  'instances that lose their SRV records': { pause: 20, inOne: 1, write: flicker },
};

export const questions: Scenario = async function* (scale) {
  const count = Math.round(INVENTED * scale);
  for (const [what, way] of Object.entries(ways)) {
    for (const sources of [1, 50]) {
      const { sent, received } = invent(count, way, sources);
      const total = sent.reduce((sum, { bytes }) => sum + bytes, 0);
      yield {
        item: 'A4',
        what: `${count} ${what}, ${sources} source${sources === 1 ? '' : 's'}: beyond, 10 s`,
        value: worstExcess(sent, received),
        unit: 'bytes',
        bound: FREE,
        note: `${total} bytes of questions in all`,
      };
    }
  }
};

/** What a browsing process asks while peers invent things, and long after. */
function invent(count: number, { inOne, pause, write }: Way, sources: number) {
  const network = new QuietNetwork();
  const { time } = network;
  const sent: Mark[] = [];
  const received: Mark[] = [];
  network.onSent = ({ bytes, at }) => {
    if (((bytes[2] ?? 0) & 0x80) === 0) sent.push({ at, bytes: bytes.length });
  };
  const mdns = createMdns({ network, ipv6: false, hostname: 'victim' });
  mdns.browse('http').subscribe();
  time.advance(20_000);
  for (let i = 0; i < count; i += inOne) {
    const draft = new Draft();
    for (let k = i; k < Math.min(i + inOne, count); k++) write(draft, k);
    const bytes = draft.done();
    received.push({ at: time.now(), bytes: bytes.length });
    network.hear(bytes, `198.18.0.${2 + ((i / inOne) % sources)}`);
    time.advance(pause);
  }
  time.advance(SECONDS * 1_000);
  void mdns.close();
  time.advance(5_000);
  return { sent, received };
}

interface Mark {
  readonly at: number;
  readonly bytes: number;
}

/** The most, over all windows, that was sent beyond what was received in the same window. */
function worstExcess(sent: readonly Mark[], received: readonly Mark[]): number {
  // It only grows when something is sent, and when something received falls out.
  const changes = [
    ...sent.flatMap(({ at, bytes }) => [
      { at, by: bytes },
      { at: at + WINDOW, by: -bytes },
    ]),
    ...received.flatMap(({ at, bytes }) => [
      { at, by: -bytes },
      { at: at + WINDOW, by: bytes },
    ]),
  ].sort((a, b) => a.at - b.at || a.by - b.by);
  let excess = 0;
  let worst = 0;
  for (const { by } of changes) {
    excess += by;
    worst = Math.max(worst, excess);
  }
  return worst;
}

function pointer(draft: Draft, i: number, ttl = 4_500): void {
  draft.record(labels(BROWSED), { type: TYPES.PTR, class: SHARED, ttl }, [[`I${i}`, ...labels(BROWSED)]]);
}

function instance(draft: Draft, i: number): void {
  pointer(draft, i);
  const name = [`I${i}`, ...labels(BROWSED)];
  draft.record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), [`h${i}`, 'local']]);
}

/** A hundred instances whose SRV records come with 2 s to live. */
function flicker(draft: Draft, i: number): void {
  pointer(draft, i % 100);
  const name = [`I${i % 100}`, ...labels(BROWSED)];
  draft.record(name, { type: TYPES.SRV, ttl: 2 }, [port(80), [`h${i}`, 'local']]);
}
