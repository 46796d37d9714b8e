/** The secret of a key is nowhere but where it signs: every text that leaves an `Mdns` is searched for it. */
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { ActorSystem } from '../../src/actors/supervisor/actor-system.js';
import type { Mdns } from '../../src/api/mdns.js';
import { createMdns } from '../../src/api/mdns.js';
import { supervisorInput } from '../../src/api/read-options.js';
import { Collector } from '../../src/inspector/collector.js';
import { SimulatedLan } from '../../src/net/simulated/lan.js';
import { hmacWith, tsigKey } from '../../src/net/tsig-key.js';
import '../../src/testing/dns-zone.js';
import { ZoneRecords } from '../../src/testing/zone-records.js';
import { threadInput } from '../../src/worker/thread.js';
import { ZoneServer } from '../support/zone-server.js';

const DOMAIN = 'office.example';
const SERVER = '198.18.0.53';
const PLAIN = 'this secret must not be seen anywhere';
const SECRET = Buffer.from(PLAIN).toString('base64');
/** What would give it away. */
const TRACES = [SECRET, PLAIN, Buffer.from(PLAIN).toString('hex')];
const domains = [{ name: DOMAIN, server: SERVER, key: { name: 'office-key', secret: SECRET } }];
const web = { name: 'Web', type: 'http', port: 80, domains: [DOMAIN] };

/** Looks through everything that is reachable from a value, each object once. */
class Search {
  readonly #seen = new Set<object>();
  /** Where a trace of the secret was found. */
  readonly found: string[] = [];

  get size(): number {
    return this.#seen.size;
  }

  in(value: unknown, at: string): void {
    if (typeof value === 'string') this.#text(value, at);
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return;
    this.#seen.add(value);
    if (value instanceof Uint8Array) {
      this.#text(Buffer.from(value).toString('latin1'), at);
      return;
    }
    if (value instanceof Map || value instanceof Set) for (const each of value) this.in(each, `${at}[]`);
    for (const name of Reflect.ownKeys(value)) {
      const { value: own } = Reflect.getOwnPropertyDescriptor(value, name) ?? {};
      this.in(own, `${at}.${String(name)}`);
    }
  }

  #text(text: string, at: string): void {
    if (TRACES.some((trace) => text.includes(trace))) this.found.push(at);
  }
}

function office(secret = SECRET) {
  const lan = new SimulatedLan();
  const key = tsigKey('office-key', secret);
  const signer = { name: key.name, algorithm: key.algorithm, hmac: hmacWith(key) };
  const server = new ZoneServer(new ZoneRecords(DOMAIN), () => lan.clock.now() / 1000, signer);
  lan.dnsServer({ address: SERVER, answer: server.answer });
  return lan;
}

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe('the secret of a key', () => {
  it('would be found by this search', () => {
    for (const value of [domains, { bytes: Buffer.from(PLAIN) }, new Map([[1, new Set([SECRET])]]), new Error(PLAIN)]) {
      const search = new Search();
      search.in(value, 'value');
      expect(search.found).not.toEqual([]);
    }
  });

  for (const [what, serverSecret] of [
    ['a server that takes it', SECRET],
    ['a server that has another one', 'b3RoZXI='],
  ] as const) {
    it(`is not in logs, events, errors, status, metrics or what an inspector gets, with ${what}`, async () => {
      const lan = office(serverSecret);
      const search = new Search();
      const log = (...line: unknown[]) => search.in(line, 'log');
      let looked = 0;
      const mdns: Mdns = createMdns({
        network: lan.host('pi', ['198.18.0.7/24']),
        domains,
        logger: { debug: log, info: log, warn: log, error: log },
        inspect: (event: InspectionEvent) => {
          looked += 1;
          search.in(event, event.type);
        },
      });
      open.push(() => lan.clock.settle(mdns.close()));
      const published = mdns.publish(web);
      published.changes$.subscribe((event) => search.in(event, 'event'));
      const end = lan.clock.settle(published.whenAnnounced({ timeout: 3_000 }));
      search.in(await end.catch((error: unknown) => error), 'error');
      search.in([mdns.status, mdns.metrics(), inspect(mdns, { depth: 4 })], 'status');
      expect(looked).toBeGreaterThan(50);
      expect(search.size).toBeGreaterThan(1_000);
      expect(search.found).toEqual([]);
    });
  }

  it('is not in frames of the page, nor in a snapshot', async () => {
    const lan = office();
    const input = supervisorInput({ domains }, lan.host('pi', ['198.18.0.7/24']));
    const system = new ActorSystem(input, { emitted: () => {}, ended: () => {} });
    const root = ActorSystem.rootOf(system);
    const search = new Search();
    const stop = new Collector(root, lan.clock).watch((frame) => search.in(frame, 'frame'));
    system.start();
    lan.clock.advance(2_000);
    stop();
    search.in(root.getSnapshot(), 'snapshot');
    search.in(JSON.stringify(root.getSnapshot()), 'saved');
    expect(search.found).toEqual([]);
    system.send({ type: 'mdns.close' });
    lan.clock.advance(2_000);
  });

  it('is not in what a worker gets, which can sign all the same', () => {
    const lan = office();
    const [data] = threadInput(supervisorInput({ domains }, lan.host('pi', ['198.18.0.7/24'])));
    const search = new Search();
    search.in([data, inspect(data, { depth: 9 })], 'input');
    expect(search.found).toEqual([]);
    const [choice] = structuredClone(data).domains ?? [];
    if (!choice?.key) throw new Error('there is no key');
    const bytes = Uint8Array.of(1, 2, 3);
    expect(hmacWith(choice.key)(bytes)).toEqual(hmacWith(tsigKey('office-key', SECRET))(bytes));
  });
});
