/** A responder with a virtual clock: ask, let time pass, look at what left when. Every response is checked on its way out. */
import { expect } from 'vitest';
import { type Message, type Question, type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import type { Asker } from '../../../src/protocol/respond/asker.js';
import type { Outgoing } from '../../../src/protocol/respond/outgoing.js';
import { ResponseQueue } from '../../../src/protocol/respond/response-queue.js';
import { Zone } from '../../../src/protocol/respond/zone.js';
import { address, message, ptr, srv, txt } from '../../support/records.js';

export const HOST = 'h.local';
export const TYPE = '_t._tcp.local';
export const INSTANCE = 'I._t._tcp.local';
export const TYPES = '_services._dns-sd._udp.local';
export const REVERSE = '10.2.0.192.in-addr.arpa';

export const addresses = [address(HOST, '192.0.2.10'), address(HOST, '2001:db8::10'), address(HOST, 'fe80::10')];
/** As a bench shows them. */
export const allAddresses = 'A 192.0.2.10, AAAA 2001:db8::10, AAAA fe80::10';
export const reverse = ptr(REVERSE, HOST, { flush: true, ttl: 120 });
export const host: RecordSet = { id: 'host', claims: [HOST], records: [...addresses, reverse] };
export const v4Host: RecordSet = { id: 'host', claims: [HOST], records: [address(HOST, '192.0.2.10')] };

export function service(id: string, label: string, type = TYPE, port = 8085): RecordSet {
  const name = `${label}.${type}`;
  return {
    id,
    claims: [name],
    records: [ptr(TYPES, type), ptr(type, name), srv(name, HOST, port), txt(name, ['a=1'])],
  };
}
export const printer = service('service', 'I');

export function query(questions: Question | readonly Question[], more: Partial<Message> = {}): Message {
  return message({ questions: [questions].flat(), ...more });
}
export const from = (address = '192.0.2.77', more: Partial<Asker> = {}): Asker => ({
  address,
  port: 5353,
  to: 'group',
  onLink: true,
  isLegacy: more.port !== undefined && more.port !== 5353,
  ...more,
});

export interface Sent extends Outgoing {
  readonly at: number;
}

export class Bench {
  readonly zone = new Zone();
  readonly queue: ResponseQueue;
  readonly sent: Sent[] = [];
  now = 0;

  /** @param random half by default, so that answers are delayed by 70 ms and truncated queries by 450. */
  constructor(sets: readonly RecordSet[] = [host, printer], random: () => number = () => 0.5) {
    this.queue = new ResponseQueue({ zone: this.zone, random });
    for (const set of sets) this.zone.add(set);
  }

  ask(at: number, what: Message | Question | readonly Question[], asker = from()): void {
    this.at(at, () => this.queue.ask('questions' in what ? what : query(what), asker, at));
  }

  announce(at: number, ...records: ResourceRecord[]): void {
    this.at(at, () => this.queue.announce(records, at));
  }

  repeat(at: number, ...records: ResourceRecord[]): void {
    this.at(at, () => this.queue.announce(records, at, true));
  }

  goodbye(at: number, ...records: ResourceRecord[]): void {
    this.at(at, () => this.queue.goodbye(records, at));
  }

  heard(at: number, ...records: ResourceRecord[]): void {
    this.at(at, () => this.queue.heard(records, at));
  }

  at(time: number, action: () => void): void {
    this.run(time);
    action();
    this.run(time);
  }

  /** Lets time pass, deadline by deadline. */
  run(until: number): readonly Sent[] {
    for (let turns = 0; ; turns++) {
      const next = this.queue.nextDeadline();
      if (next > until) break;
      expect(turns, 'deadlines that never pass').toBeLessThan(10_000);
      this.now = Math.max(this.now, next);
      for (const outgoing of this.queue.due(this.now)) this.sent.push({ ...this.#checked(outgoing), at: this.now });
    }
    this.now = Math.max(this.now, until);
    return this.sent;
  }

  /** What left for the group and for others, each as `time: type name ...`, additionals after a `+`. */
  log(until: number): readonly string[] {
    return this.run(until).map((one) => {
      const to = one.to === 'group' ? '' : ` to ${one.to.address}`;
      const additionals = one.additionals.length > 0 ? ` + ${brief(one.additionals)}` : '';
      return `${Math.round(one.at)}${to}: ${brief(one.answers)}${additionals}`;
    });
  }

  /** Only the times and answers. */
  answers(until: number): readonly string[] {
    return this.log(until).map((line) => line.split(' + ')[0] ?? '');
  }

  #checked(outgoing: Outgoing): Outgoing {
    const { answers, additionals, legacy } = outgoing;
    const keys = [...answers, ...additionals].map(recordKey);
    expect(new Set(keys).size, 'RSP-16 no record twice').toBe(keys.length);
    expect(answers.length, 'RSP-03 nothing empty').toBeGreaterThan(0);
    for (const section of [answers, additionals]) {
      const together = new Set(section.map(recordKey));
      for (const record of section) this.#checkRecord(record, legacy, together);
    }
    if (!legacy) expect([outgoing.id, outgoing.questions], 'RSP-04 no question, id 0').toEqual([0, []]);
    if (legacy) expect(outgoing.to).not.toBe('group');
    return outgoing;
  }

  #checkRecord(record: ResourceRecord, legacy: boolean, together: ReadonlySet<string>): void {
    const own = this.zone.own(record);
    if (record.ttl > 0) expect(own, 'RSP-01 nothing but our own').toBeDefined();
    if (own === undefined) return;
    if (legacy) expect(record.ttl, 'LEG-03').toBeLessThanOrEqual(10);
    else expect(record, 'true TTL and cache-flush bit').toEqual(own.record);
    if (legacy) expect(record.cacheFlush, 'LEG-02').toBe(false);
    const whole = own.answer.keys.every((key) => together.has(key));
    expect(whole, 'CFL-03 whole set').toBe(true);
  }
}

function brief(records: readonly ResourceRecord[]): string {
  return records.map((record) => `${record.type}${record.ttl === 0 ? '-bye' : ''} ${subject(record)}`).join(', ');
}

/** What tells the records of the tests apart. */
function subject(record: ResourceRecord): string {
  if (record.type === 'PTR') return record.target.split('.')[0] ?? '';
  if ('address' in record) return record.address;
  return record.name.split('.')[0] ?? '';
}
