/** Servers of a domain that are down, slow, refuse, lie, truncate, or answer from elsewhere: on virtual time. */
import { afterEach, describe, expect, it } from 'vitest';
import { createMdns, type Mdns } from '../../src/api/mdns.js';
import type { DnsResponder } from '../../src/net/simulated/dns-server.js';
import { SimulatedLan } from '../../src/net/simulated/lan.js';
import { seededRandom } from '../../src/net/simulated/random.js';
import { decodeUnicast, encodeUnicast } from '../../src/protocol/wire/unicast.js';
import { DnsZone } from '../../src/testing/dns-zone.js';
import { address } from '../support/records.js';

const DOMAIN = 'office.example';
const [FIRST, SECOND] = ['198.18.0.53', '198.18.0.54'];
const web = { name: 'Web', type: 'http', port: 80, host: 'web', addresses: ['198.18.0.9'] };

class Bench {
  readonly lan = new SimulatedLan();
  readonly zone = new DnsZone({ name: DOMAIN, ttl: 60 });
  readonly events: string[] = [];
  readonly states: string[] = [];
  readonly mdns: Mdns;

  constructor(first: DnsResponder | undefined, second?: DnsResponder) {
    this.zone.publish(web);
    if (first) this.lan.dnsServer({ address: FIRST, answer: first });
    if (second) this.lan.dnsServer({ address: SECOND, answer: second });
    const server = second ? [FIRST, SECOND] : FIRST;
    this.mdns = createMdns({ network: this.lan.host('a', ['198.18.0.7/24']), domains: [{ name: DOMAIN, server }] });
    this.mdns.status$.subscribe(({ domains = [] }) => {
      const state = domains[0]?.state;
      if (state && state !== this.states.at(-1)) this.states.push(state);
    });
    this.mdns.browse('http', { domain: DOMAIN }).subscribe(({ event, instance }) => {
      this.events.push(`${event} ${instance.name} ${instance.addresses.map((each) => each.address)}`);
    });
  }

  async pass(ms: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.lan.clock.advance(ms);
  }

  get reason(): string | undefined {
    return this.mdns.status.domains?.[0]?.reason;
  }

  /** How many questions were sent to a server. */
  asked(server: string): number {
    return this.lan.trace.filter(({ destination }) => destination.address === server).length;
  }
}

const zone = new DnsZone({ name: DOMAIN, ttl: 60 });
zone.publish(web);
const answer = zone.answer;
const UP = 'up Web 198.18.0.9';

/** The reply of the zone, changed. */
const changed =
  (change: (reply: NonNullable<ReturnType<typeof decodeUnicast>['message']>) => object): DnsResponder =>
  (bytes, over, from) => {
    const reply = answer(bytes, over, from);
    const { message } = reply ? decodeUnicast(reply) : {};
    return message && encodeUnicast({ ...message, ...change(message) });
  };

let bench: Bench | undefined;
const open = (first: DnsResponder | undefined, second?: DnsResponder): Bench => {
  bench = new Bench(first, second);
  return bench;
};
afterEach(async () => {
  if (!bench) return;
  await bench.lan.clock.settle(bench.mdns.close());
  bench.lan.clock.advance(1_000);
  expect(bench.lan.clock.pending).toBe(0);
});

describe('a server that', () => {
  it('is down is asked less and less often, and found when it is back', async () => {
    const here = open(undefined);
    await here.pass(600_000);
    expect(here.states.slice(0, 3)).toEqual(['finding', 'retrying', 'finding']);
    expect(here.reason).toMatch(/^DNS server 198\.18\.0\.53:53: ETIMEDOUT: .*firewalls/);
    expect(here.asked(FIRST)).toBeLessThan(60);
    expect(here.mdns.status.state).toBe('degraded');
    here.lan.dnsServer({ address: FIRST, answer });
    await here.pass(70_000);
    expect([here.events, here.states.at(-1), here.reason]).toEqual([[UP], 'up', undefined]);
  });

  it('is silent is the reason of a wait that ends before it is given up', async () => {
    const here = open(undefined);
    const wait = here.mdns.lookup(`web.${DOMAIN}`, { timeout: 3_000 });
    await expect(here.lan.clock.settle(wait)).rejects.toMatchObject({
      code: 'no-network',
      message: expect.stringContaining(`${DOMAIN}: its DNS server has not answered yet.`),
    });
  });

  it('goes down leaves what was found until its TTL is over', async () => {
    const here = open(undefined);
    const remove = here.lan.dnsServer({ address: FIRST, answer });
    await here.pass(30_000);
    remove();
    await here.pass(25_000);
    expect(here.events.splice(0)).toEqual([UP]);
    await here.pass(60_000);
    expect(here.states.at(-1)).not.toBe('up');
    expect(here.events.splice(0).at(-1)).toBe('down Web 198.18.0.9');
    here.lan.dnsServer({ address: FIRST, answer });
    await here.pass(70_000);
    expect(here.events).toEqual([UP]);
  });

  it('is down has a second one behind it, which is asked first from then on', async () => {
    const here = open(undefined, answer);
    await here.pass(5_000);
    expect(here.events).toEqual([UP]);
    expect([here.asked(FIRST), here.asked(SECOND)]).toEqual([1, 5]);
  });

  it('is slow is waited for', async () => {
    const here = open(answer);
    here.lan.addRule(({ source }) => (source.address === FIRST ? { delayMs: 800 } : undefined));
    await here.pass(10_000);
    expect(here.events).toEqual([UP]);
  });

  it('loses a third of the packets is asked again', async () => {
    const here = open(answer);
    let count = 0;
    here.lan.addRule(() => (++count % 3 === 0 ? 'drop' : undefined));
    await here.pass(30_000);
    expect(here.events).toEqual([UP]);
  });

  it('refuses is asked again in half a minute, and the status says what to do', async () => {
    let isAllowed = false;
    const here = open((...args) => (isAllowed ? answer(...args) : changed(() => ({ rcode: 5, answers: [] }))(...args)));
    await here.pass(5_000);
    expect(here.states).toEqual(['finding', 'refused']);
    expect(here.reason).toMatch(/office\.example: .*198\.18\.0\.53:53 answers REFUSED .*"allow-query"/);
    isAllowed = true;
    await here.pass(31_000);
    expect([here.events, here.states.at(-1), here.reason]).toEqual([[UP], 'up', undefined]);
  });

  it('fails for one question says so, while the others are answered', async () => {
    const here = open(changed(({ questions }) => (questions[0]?.type === 'PTR' ? { rcode: 2, answers: [] } : {})));
    await here.pass(2_000);
    expect([here.states.at(-1), here.events]).toEqual(['up', []]);
    expect(here.reason).toMatch(/answers SERVFAIL to _http\._tcp\.office\.example PTR.*max-records-per-type 0/);
    const { port } = await here.lan.clock.settle(here.mdns.resolve('Web', 'http', { domain: DOMAIN }));
    expect(port).toBe(80);
  });

  it('truncates everything is asked over TCP', async () => {
    const here = open((bytes, over, from) =>
      over === 'tcp' ? answer(bytes, over, from) : changed(() => ({ truncated: true, answers: [] }))(bytes, over, from),
    );
    await here.pass(5_000);
    expect(here.events).toEqual([UP]);
  });

  it('UNI-03 another host answers for is not believed', async () => {
    const here = open((bytes, over, from) => {
      const reply = answer(bytes, over, from);
      const liar = here.lan.peer({ address: '198.18.0.66', port: 53 });
      if (reply) liar.unicast(reply, from);
      return undefined;
    });
    await here.pass(60_000);
    expect([here.events, here.states.includes('up')]).toEqual([[], false]);
  });

  it('UNI-08 tells of other domains is not believed there', async () => {
    const lie = { ...address('bank.example', '198.18.0.66'), cacheFlush: false };
    const here = open(changed(({ additionals }) => ({ additionals: [...additionals, lie] })));
    const found: unknown[] = [];
    here.mdns.watch('bank.office.example', 'A').subscribe((event) => found.push(event));
    await here.pass(10_000);
    expect(here.events).toEqual([UP]);
    expect(found).toEqual([{ event: 'denied' }]);
  });

  it('sends noise is counted out', async () => {
    const random = seededRandom('noise');
    const noise = () => Uint8Array.from({ length: 80 }, () => random() * 256);
    const here = open((bytes) => {
      const reply = noise();
      reply.set(bytes.subarray(0, 2));
      return reply;
    });
    await here.pass(60_000);
    expect(here.events).toEqual([]);
    expect(here.states).not.toContain('up');
  });
});
