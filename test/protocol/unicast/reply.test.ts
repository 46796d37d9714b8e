import { describe, expect, it } from 'vitest';
import type { QuestionKey, ResourceRecord, UnicastMessage } from '../../../src/protocol/record.js';
import type { QuestionType } from '../../../src/protocol/types.js';
import { queryFor } from '../../../src/protocol/unicast/ask.js';
import { enumerationNames, subnetName } from '../../../src/protocol/unicast/enumeration.js';
import { noAnswer } from '../../../src/protocol/unicast/no-answer.js';
import { readReply } from '../../../src/protocol/unicast/reply.js';
import { decodeUnicast, encodeUnicast } from '../../../src/protocol/wire/unicast.js';
import { address, cname, message, ptr, record, srv } from '../../support/records.js';

const domain = 'office.example';
const type = `_ipp._tcp.${domain}`;
const printer = `Printer.${type}`;
const key = (name: string, rrtype: QuestionType): QuestionKey => ({ name, type: rrtype, class: 1 });
const plain = (each: ResourceRecord): ResourceRecord => ({ ...each, cacheFlush: false });
const soa = (name: string, ttl: number, minimum: number): ResourceRecord =>
  record(name, { type: 'SOA', rdata: Uint8Array.from([0, 0, ...Array(18).fill(0), minimum >> 8, minimum]) }, { ttl });

function read(question: QuestionKey, parts: Partial<UnicastMessage>) {
  return readReply(encodeUnicast({ ...message({ response: true, authoritative: true }), ...parts }), question, domain);
}

describe('a query', () => {
  it('UNI-09 has one question, wants recursion, and takes 1,232 bytes', () => {
    const { message: sent } = decodeUnicast(queryFor(key(type, 'PTR')));
    expect(sent).toMatchObject({ recursionDesired: true, response: false, questions: [{ name: type, type: 'PTR' }] });
    expect(sent?.additionals).toMatchObject([{ type: 'OPT', class: 1232, ttl: 0 }]);
  });
});

describe('a reply', () => {
  it('UNI-07 has the answers, and the lowest TTL for the whole set', () => {
    const answers = [ptr(type, printer, { ttl: 60 }), ptr(type, `Other.${type}`, { ttl: 30 })];
    const reply = read(key(type.toUpperCase(), 'PTR'), { answers });
    expect(reply).toMatchObject({ kind: 'answer', ttlSeconds: 30, others: [] });
    expect(reply.kind === 'answer' && reply.answers.map(({ ttl }) => ttl)).toEqual([30, 30]);
  });

  it('UNI-08 has what came along, if it lies in the domain', () => {
    const host = address(`h.${domain}`, '192.0.2.1');
    const reply = read(key(printer, 'SRV'), {
      answers: [srv(printer, `h.${domain}`), address('bank.example', '192.0.2.66')],
      additionals: [host, address('bank.example', '192.0.2.66'), address(`other.${domain}`, '192.0.2.2')],
    });
    expect(reply).toMatchObject({
      kind: 'answer',
      others: [plain(host), plain(address(`other.${domain}`, '192.0.2.2'))],
    });
  });

  it('UNI-08 does not answer for a name in the domain that was not asked, in its answer section', () => {
    const reply = read(key(printer, 'SRV'), { answers: [address(`bank.${domain}`, '192.0.2.66')] });
    expect(reply).toMatchObject({ kind: 'answer', answers: [], others: [] });
  });

  it('UNI-08 leads through aliases to names in the domain, and ends where they go round', () => {
    const answers = [
      cname(`a.${domain}`, `b.${domain}`),
      cname(`b.${domain}`, `c.${domain}`),
      cname(`c.${domain}`, `a.${domain}`),
      address(`c.${domain}`, '192.0.2.1'),
      address(`d.${domain}`, '192.0.2.2'),
    ].map(plain);
    const reply = read(key(`a.${domain}`, 'A'), { answers });
    expect(reply).toMatchObject({ answers: [answers[0]], others: answers.slice(1, 4) });
    const away = [cname(`a.${domain}`, 'bank.example'), address('bank.example', '192.0.2.66')].map(plain);
    expect(read(key(`a.${domain}`, 'A'), { answers: away })).toMatchObject({ answers: [away[0]], others: [] });
  });

  it('UNI-06 denies for the lower of the TTL of the SOA record and its minimum', () => {
    for (const rcode of [0, 3]) {
      expect(read(key(type, 'PTR'), { rcode, authorities: [soa(domain, 300, 20)] })).toMatchObject({
        kind: 'answer',
        answers: [],
        ttlSeconds: 20,
      });
      expect(read(key(type, 'PTR'), { rcode, authorities: [soa('example', 10, 300)] })).toMatchObject({
        ttlSeconds: 10,
      });
      expect(read(key(type, 'PTR'), { rcode, authorities: [soa('bank.test', 9_000, 9_000)] })).toMatchObject({
        ttlSeconds: 60,
      });
    }
  });

  it('is a refusal by its code, and unusable if it names other servers or is none', () => {
    expect(read(key(type, 'PTR'), { rcode: 5 })).toEqual({ kind: 'refusal', rcode: 5 });
    const referral = [record(domain, { type: 'NS', rdata: Uint8Array.of(0) })];
    expect(read(key(type, 'PTR'), { authoritative: false, authorities: referral })).toEqual({ kind: 'unusable' });
    expect(read(key(type, 'PTR'), { response: false })).toEqual({ kind: 'unusable' });
    expect(readReply(Uint8Array.of(1, 2, 3), key(type, 'PTR'), domain)).toEqual({ kind: 'unusable' });
  });

  it('UNI-07 a TTL with the top bit counts as 0, and only the Internet class counts', () => {
    const answers = [ptr(type, printer, { ttl: 2 ** 31 })];
    expect(read(key(type, 'PTR'), { answers })).toMatchObject({ ttlSeconds: 0 });
    const chaos = { ...ptr(type, printer), class: 3 };
    expect(read(key(type, 'PTR'), { answers: [chaos] })).toMatchObject({ answers: [] });
  });

  it('says in a sentence why a server does not answer', () => {
    const sentence = (rcode: number) =>
      noAnswer(domain, key(type, 'PTR'), '192.0.2.53:53', { kind: 'refusal', rcode }).message;
    expect(sentence(5)).toMatch(/^office\.example: .*192\.0\.2\.53:53 answers REFUSED to .*allow-query/);
    expect(sentence(2)).toContain('max-records-per-type');
    expect(sentence(11)).toContain('RCODE11');
    expect(noAnswer(domain, key(type, 'PTR'), 'x', { kind: 'unusable' }).message).toContain('resolver');
  });
});

describe('RFC 6763 section 11: domain enumeration', () => {
  it('DOM-01 has five names for each domain', () => {
    expect(enumerationNames(domain).map(({ name, use }) => `${name} ${use}`)).toEqual([
      'b._dns-sd._udp.office.example browse',
      'db._dns-sd._udp.office.example browse-default',
      'r._dns-sd._udp.office.example register',
      'dr._dns-sd._udp.office.example register-default',
      'lb._dns-sd._udp.office.example browse-automatic',
    ]);
  });

  it('DOM-01 asks at the base address of a subnet', () => {
    expect(subnetName('192.168.12.34', 24)).toBe('0.12.168.192.in-addr.arpa');
    expect(subnetName('10.1.255.9', 22)).toBe('0.252.1.10.in-addr.arpa');
    expect(subnetName('192.0.2.7', 32)).toBe('7.2.0.192.in-addr.arpa');
    expect(subnetName('fd00:1::7', 64)).toBe(`${'0.'.repeat(24)}1.0.0.0.0.0.d.f.ip6.arpa`);
    expect(subnetName('nonsense', 24)).toBeUndefined();
  });
});
