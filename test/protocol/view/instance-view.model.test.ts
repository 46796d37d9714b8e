/**
 * Random records come and go on random links, several in one turn, and random time passes. After each turn the instances that
 * were told to be up are compared with a recomputation from all records, and at the end what is shown and asked as well.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServiceInstance } from '../../../src/protocol/dns-sd/instance.js';
import { nameKey } from '../../../src/protocol/name.js';
import { dataKey, type ResourceRecord } from '../../../src/protocol/record.js';
import { txtData } from '../../../src/protocol/txt-strings.js';
import { ADDRESS_WAIT_MS } from '../../../src/protocol/view/host-questions.js';
import { type InstanceEvent, InstanceView, TXT_WAIT_MS } from '../../../src/protocol/view/instance-view.js';
import { address, ptr, srv, txt } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const type = '_t._udp.local';
const instances = [`A.${type}`, `B.${type}`, `c\\.d.${type}`];
const hosts = ['h.local', 'i.local'];
const links = ['eth0/ipv4', 'eth0/ipv6', 'wlan0/ipv4'];

const someInstance = fc.constantFrom(...instances, `a.${type}`);
const someHost = fc.constantFrom(...hosts, 'H.local');
const someRecord: fc.Arbitrary<ResourceRecord> = fc.oneof(
  someInstance.map((name) => ptr(type, name)),
  fc
    .tuple(someInstance, someHost, fc.nat(1), fc.nat(1))
    .map(([name, target, port, priority]) => srv(name, target, port, { priority })),
  fc.tuple(someInstance, fc.nat(2)).map(([name, version]) => txt(name, [...(version ? [`v=${version}`] : [])])),
  fc.tuple(someHost, fc.constantFrom('192.0.2.1', '192.0.2.2', 'fe80::1')).map((parts) => address(...parts)),
);
const someLink = fc.constantFrom(...links);
const turn = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ hear: fc.array(someRecord, { minLength: 1, maxLength: 5 }), link: someLink }) },
    {
      weight: 4,
      arbitrary: fc.record({ lose: fc.array(fc.nat(100), { minLength: 1, maxLength: 3 }), link: someLink }),
    },
    { weight: 1, arbitrary: fc.record({ deny: someInstance, link: someLink }) },
    { weight: 1, arbitrary: fc.record({ flip: someLink }) },
  ),
  { minLength: 1, maxLength: 4 },
);
const walks = fc.array(fc.tuple(turn, fc.constantFrom(0, 0, 1, 60, 150, 400, 1500)), { maxLength: 30 });
type Step = typeof turn extends fc.Arbitrary<(infer S)[]> ? S : never;

class Model {
  readonly bench = new ViewBench<InstanceEvent>(new InstanceView({ typeName: type }), ...links);
  /** As told by the view. */
  readonly up = new Map<string, ServiceInstance>();
  /** As computed. */
  readonly #expected = new Set<string>();
  /** Since when an instance is complete but for its TXT record. */
  readonly #since = new Map<string, number>();

  take(steps: Step[]): void {
    const flipped = new Set<string>();
    const asked = new Map(instances.map((name) => [nameKey(name), this.#hostsAsked(nameKey(name))]));
    this.bench.together(() => {
      for (const step of steps) this.#take(step, flipped);
    });
    for (const [key, before] of asked) this.#restartWait(key, before);
    // What a link knew is gone with it, and is learned anew when it comes back.
    this.#compute(links.filter((link) => !flipped.has(link)));
    this.#compare();
  }

  wait(ms: number): void {
    this.bench.wait(ms);
    this.#compare();
  }

  #take(step: Step, flipped: Set<string>): void {
    const { bench } = this;
    if ('flip' in step) {
      if (bench.links.has(step.flip)) bench.close(step.flip);
      else bench.open(step.flip);
      flipped.add(step.flip);
    } else if (bench.links.has(step.link)) {
      if ('hear' in step) bench.hear(step.link, ...step.hear);
      else if ('lose' in step) this.#lose(step.link, step.lose);
      else if (this.#records(step.link, step.deny, 'TXT').length === 0) bench.deny(step.link, step.deny, 'TXT');
    }
  }

  /** Each as the link on which it is asked for, and its name. */
  #hostsAsked(key: string): Set<string> {
    const targets = (link: string) =>
      this.#records(link, key, 'SRV').map((r) => `${link} ${r.type === 'SRV' && nameKey(r.target)}`);
    return new Set(this.#seen(links, key).flatMap(targets));
  }

  /** An instance that is complete only by what has not been asked for yet is incomplete until there are answers. */
  #restartWait(key: string, asked: ReadonlySet<string>): void {
    const isStill = [...this.#hostsAsked(key)].some((line) => {
      const [link = '', host = ''] = line.split(' ');
      return asked.has(line) && this.#addresses([link], key, host).length > 0;
    });
    if (!isStill) this.#since.delete(key);
  }

  #lose(link: string, picks: number[]): void {
    const held = [...this.bench.link(link).records.values()];
    this.bench.lose(link, 'expired', ...picks.flatMap((pick) => held[pick % Math.max(1, held.length)] ?? []));
  }

  #compare(): void {
    this.#listen();
    this.#compute(links);
    expect([...this.up.keys()].sort()).toEqual([...this.#expected].sort());
  }

  /** Every event must fit to the one before, and say something new. */
  #listen(): void {
    for (const event of this.bench.take()) {
      const key = nameKey(event.instance.fullName);
      const before = this.up.get(key);
      if (event.event === 'up') expect(before).toBeUndefined();
      else expect(before).toBeDefined();
      if (event.event === 'changed') {
        expect(event.previous).toEqual(before);
        expect(event.changes.length).toBeGreaterThan(0);
        expect(event.instance).not.toEqual(before);
      }
      if (event.event === 'down') {
        expect(event.instance).toEqual(before);
        this.up.delete(key);
      } else {
        expect(event.instance.addresses.length).toBeGreaterThan(0);
        this.up.set(key, event.instance);
      }
    }
  }

  #compute(among: readonly string[]): void {
    for (const key of instances.map(nameKey)) {
      const seen = this.#seen(among, key);
      if (seen.length === 0) this.#expected.delete(key);
      if (this.#srvs(seen, key).length === 0) this.#since.delete(key);
      else if (!this.#since.has(key)) this.#since.set(key, this.bench.now);
      const since = this.#since.get(key);
      const txtKnown = seen.some((link) => this.#records(link, key, 'TXT').length > 0 || this.#isTxtDenied(link, key));
      if (since !== undefined && (txtKnown || since + TXT_WAIT_MS <= this.bench.now)) this.#expected.add(key);
    }
  }

  /** The links with a PTR record for the instance. */
  #seen(among: readonly string[], key: string): string[] {
    const isIt = (r: ResourceRecord) => r.type === 'PTR' && nameKey(r.target) === key;
    return among.filter((link) => this.#records(link, type, 'PTR').some(isIt));
  }

  /** The SRV records whose target has an address, as the place and priority that they give. */
  #srvs(seen: readonly string[], key: string) {
    return seen.flatMap((link) =>
      this.#records(link, key, 'SRV').flatMap((r) => {
        if (r.type !== 'SRV' || this.#addresses(seen, key, r.target).length === 0) return [];
        return [{ host: nameKey(r.target), port: r.port, priority: r.priority }];
      }),
    );
  }

  /** From those links that point at the host. */
  #addresses(seen: readonly string[], key: string, host: string): string[] {
    const target = nameKey(host);
    const pointing = seen.filter((link) =>
      this.#records(link, key, 'SRV').some((r) => r.type === 'SRV' && nameKey(r.target) === target),
    );
    const found = pointing.flatMap((link) =>
      [...this.#records(link, target, 'A'), ...this.#records(link, target, 'AAAA')].map(
        (r) => `${dataKey(r)} on ${link.split('/')[0]}`,
      ),
    );
    return [...new Set(found)].sort();
  }

  #isTxtDenied(link: string, name: string): boolean {
    return this.bench.links.get(link)?.denied.has(`${nameKey(name)} TXT 1`) ?? false;
  }

  #records(link: string, name: string, recordType: string): ResourceRecord[] {
    const records = [...(this.bench.links.get(link)?.records.values() ?? [])];
    return records.filter((r) => r.type === recordType && nameKey(r.name) === nameKey(name));
  }

  finish(): void {
    this.wait(TXT_WAIT_MS + ADDRESS_WAIT_MS);
    expect(this.bench.deadline).toBe(Infinity);
    const asked = new Set<string>();
    for (const link of this.bench.links.keys()) asked.add(`${link} PTR ${type}`);
    for (const key of instances.map(nameKey)) {
      for (const link of this.#seen(links, key)) {
        asked.add(`${link} SRV ${key}`).add(`${link} TXT ${key}`);
        for (const r of this.#records(link, key, 'SRV')) {
          if (r.type === 'SRV') asked.add(`${link} A ${nameKey(r.target)}`).add(`${link} AAAA ${nameKey(r.target)}`);
        }
      }
      const instance = this.up.get(key);
      if (instance) this.#compareShown(key, instance);
    }
    const lower = (line: string) => line.replace(/ \S+$/, nameKey);
    expect(this.bench.asked().map(lower).sort()).toEqual([...asked].sort());
  }

  /** What is missing now is shown as last known. Which of several equally good records is shown depends on what came last. */
  #compareShown(key: string, instance: ServiceInstance): void {
    const seen = this.#seen(links, key);
    const srvs = this.#srvs(seen, key);
    if (srvs.length > 0) {
      const best = Math.min(...srvs.map(({ priority }) => priority));
      expect(srvs).toContainEqual({ host: nameKey(instance.host), port: instance.port, priority: best });
      const shown = instance.addresses.map((a) => `${a.address} on ${a.interface}`).sort();
      expect(shown).toEqual(this.#addresses(seen, key, instance.host));
    }
    const txts = seen.flatMap((link) => this.#records(link, key, 'TXT')).map(dataKey);
    if (txts.length > 0) expect(txts).toContain(dataKey(txtData(instance.txtStrings)));
  }
}

it('tells of the instances that a recomputation finds, once each, and forgets nothing', () => {
  fc.assert(
    fc.property(walks, (walk) => {
      const model = new Model();
      for (const [steps, ms] of walk) {
        model.take(steps);
        model.wait(ms);
      }
      model.finish();
    }),
    { numRuns: 200 },
  );
});
