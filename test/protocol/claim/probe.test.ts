import { describe, expect, it } from 'vitest';
import {
  ConflictLog,
  conflictOnceHeld,
  conflictWhileProbing,
  contestedNames,
  probeAuthorities,
  probeQuestions,
} from '../../../src/protocol/claim/probe.js';
import { hostRecordSet, reverseName } from '../../../src/protocol/dns-sd/host.js';
import { serviceRecordSet } from '../../../src/protocol/dns-sd/service.js';
import { type Message, type Question, type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { address, message, nsec, ptr, question, record, srv, txt } from '../../support/records.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const instance = 'I._t._tcp.local';
const service = serviceRecordSet({
  id: 's',
  instance: 'I',
  typeName: '_t._tcp.local',
  port: 8085,
  host: 'h.local',
  txt: [bytes('a=1')],
  subtypes: ['_sub'],
});
const addresses = [{ address: '192.0.2.10' }, { address: 'fe80::10' }, { address: '2001:db8::10' }];
const host = hostRecordSet({ id: 'h', host: 'h.local', addresses, reverse: true });
const both: RecordSet = {
  id: 'b',
  claims: [...host.claims, ...service.claims],
  records: [...host.records, ...service.records],
};

describe('probeQuestions', () => {
  it('PRB-02 asks for anything at each claimed name, unicast responses welcome', () => {
    expect(probeQuestions(both)).toEqual([
      { name: 'h.local', type: 'ANY', class: 1, unicastResponse: true },
      { name: instance, type: 'ANY', class: 1, unicastResponse: true },
    ]);
    expect(probeQuestions(host, false)).toEqual([{ name: 'h.local', type: 'ANY', class: 1, unicastResponse: false }]);
  });
});

describe('probeAuthorities', () => {
  it('PRB-04 NAM-09 proposes all unique records of the claimed names, without cache-flush bit', () => {
    const proposed = probeAuthorities(both);
    expect(proposed.map((record) => record.type)).toEqual(['A', 'AAAA', 'AAAA', 'SRV', 'TXT']);
    expect(proposed.some((record) => record.cacheFlush)).toBe(false);
    expect(proposed[0]).toEqual({ ...address('h.local', '192.0.2.10'), cacheFlush: false });
  });

  it('PRB-04 proposes nothing that is shared', () => {
    const shared = { ...txt(instance, ['x']), cacheFlush: false };
    expect(probeAuthorities({ ...service, records: [...service.records, shared] })).toEqual(probeAuthorities(service));
  });

  it('PRB-04 proposes those of one name', () => {
    expect(probeAuthorities(both, 'i._T._tcp.LOCAL').map((record) => record.type)).toEqual(['SRV', 'TXT']);
  });
});

describe('contestedNames', () => {
  const query = (questions: Question[], authorities: ResourceRecord[], rest: Partial<Message> = {}) =>
    message({ questions, authorities, ...rest });

  it('TIE-01 TIE-04 tells who wins a name', () => {
    const earlier = query([question('H.LOCAL', 'ANY')], [address('H.local', '192.0.2.9')]);
    expect(contestedNames(host, earlier)).toEqual([{ name: 'h.local', outcome: 'win' }]);
    const later = query([question('h.local', 'ANY')], [address('h.local', '192.0.2.11')]);
    expect(contestedNames(host, later)).toEqual([{ name: 'h.local', outcome: 'lose' }]);
  });

  it('TIE-03 A-01 sees no difference in its own probe', () => {
    const own = query(probeQuestions(both), probeAuthorities(both));
    expect(contestedNames(both, own)).toEqual([
      { name: 'h.local', outcome: 'equal' },
      { name: instance, outcome: 'equal' },
    ]);
  });

  it('TIE-01 A-03 compares each name with the records of that name alone', () => {
    const theirs = query(
      [question('h.local', 'ANY'), question(instance, 'ANY')],
      [
        srv(instance, 'h.local', 9999),
        txt(instance, ['a=1']),
        address('h.local', '192.0.2.10'),
        ...probeAuthorities(host).slice(1),
      ],
    );
    expect(contestedNames(both, theirs)).toEqual([
      { name: 'h.local', outcome: 'equal' },
      { name: instance, outcome: 'lose' },
    ]);
  });

  it('TIE-01 takes a probe for one type for a probe', () => {
    expect(contestedNames(host, query([question('h.local', 'A')], [address('h.local', '192.0.2.11')]))).toHaveLength(1);
    expect(
      contestedNames(host, query([{ ...question('h.local', 'ANY'), class: 255 }], [address('h.local', '192.0.2.11')])),
    ).toHaveLength(1);
  });

  it.each([
    ['nothing proposed', query([question('h.local', 'ANY')], [])],
    ['another name proposed', query([question('h.local', 'ANY')], [address('x.local', '192.0.2.11')])],
    ['a proposal that nobody asked about', query([question('x.local', 'ANY')], [address('h.local', '192.0.2.11')])],
    [
      'a proposal of another type than asked for',
      query([question('h.local', 'AAAA')], [address('h.local', '192.0.2.11')]),
    ],
    [
      'a proposal of another class',
      query([question('h.local', 'ANY')], [{ ...address('h.local', '192.0.2.11'), class: 3 }]),
    ],
    ['a response', query([question('h.local', 'ANY')], [address('h.local', '192.0.2.11')], { response: true })],
    ['a name that we share', query([question('_t._tcp.local', 'ANY')], [ptr('_t._tcp.local', 'x', { flush: true })])],
  ])('TIE-01 A-03 sees no contest in %s', (_, message) => {
    expect(contestedNames(both, message)).toEqual([]);
  });
});

describe('conflictWhileProbing', () => {
  it.each([
    ['other data', address('h.local', '192.0.2.11'), 'h.local'],
    ['a name in another case', address('H.Local', '192.0.2.11'), 'h.local'],
    ['no cache-flush bit (A-08)', { ...address('h.local', '192.0.2.11'), cacheFlush: false }, 'h.local'],
    ['another type', txt('h.local', ['x']), 'h.local'],
    ['a PTR', ptr(instance, 'x.local', { flush: true }), instance],
    ['an unknown type', record(instance, { type: 'TYPE300', rdata: bytes('x') }), instance],
    ['another port', srv(instance, 'h.local', 1), instance],
  ])('PRB-08 finds %s', (_, record, name) => {
    expect(conflictWhileProbing(both, [address('x.local', '192.0.2.1'), record])).toBe(name);
  });

  it.each([
    ['our own data (A-07)', address('h.local', '192.0.2.10')],
    ['our own data, names in another case', srv(instance, 'H.LOCAL', 8085)],
    ['a goodbye (A-07)', { ...address('h.local', '192.0.2.11'), ttl: 0 }],
    ['an NSEC (A-06)', nsec('h.local', ['A'])],
    ['another name', address('x.local', '192.0.2.11')],
    ['a shared name', ptr('_t._tcp.local', 'X._t._tcp.local', { flush: true })],
    ['a reverse mapping (NAM-09)', ptr(reverseName('192.0.2.10'), 'x.local', { flush: true })],
    ['another class', { ...address('h.local', '192.0.2.11'), class: 3 }],
  ])('PRB-08 is not disturbed by %s', (_, record) => {
    expect(conflictWhileProbing(both, [record])).toBeUndefined();
  });

  it('A-17 A-70 leaves out what is ours in another way', () => {
    const elsewhere = new Set([recordKey(address('h.local', '198.51.100.7'))]);
    const isOwn = (record: ResourceRecord) => elsewhere.has(recordKey(record));
    expect(conflictWhileProbing(host, [address('h.local', '198.51.100.7')], isOwn)).toBeUndefined();
    expect(
      conflictWhileProbing(host, [address('h.local', '198.51.100.7'), address('h.local', '198.51.100.8')], isOwn),
    ).toBe('h.local');
  });
});

describe('conflictOnceHeld', () => {
  it.each([
    ['other data', address('h.local', '192.0.2.11'), 'h.local'],
    ['a name in another case', address('H.Local', '192.0.2.11'), 'h.local'],
    ['no cache-flush bit (A-08)', { ...address('h.local', '192.0.2.11'), cacheFlush: false }, 'h.local'],
    ['another target', srv(instance, 'x.local', 8085), instance],
    ['other text', txt(instance, ['a=2']), instance],
  ])('CNF-01 finds %s', (_, record, name) => {
    expect(conflictOnceHeld(both, [address('x.local', '192.0.2.1'), record])).toEqual({ name, reverse: [] });
  });

  it.each([
    ['our own data (CNF-02)', address('h.local', '192.0.2.10')],
    ['our own data, names in another case (CNF-02)', srv(instance, 'H.LOCAL', 8085)],
    ['our own reverse mapping', ptr(reverseName('192.0.2.10'), 'H.local', { flush: true })],
    ['a goodbye (A-07)', { ...address('h.local', '192.0.2.11'), ttl: 0 }],
    ['a type that we do not have (A-06)', txt('h.local', ['x'])],
    ['an NSEC (A-06)', nsec('h.local', ['A'])],
    ['another class', { ...address('h.local', '192.0.2.11'), class: 3 }],
    ['a shared record (COP-01)', ptr('_t._tcp.local', 'X._t._tcp.local', { flush: true })],
  ])('CNF-01 is not disturbed by %s', (_, record) => {
    expect(conflictOnceHeld(both, [record])).toBeUndefined();
  });

  it('A-75 reports a reverse mapping to another host apart', () => {
    const name = reverseName('192.0.2.10');
    expect(conflictOnceHeld(host, [ptr(name.toUpperCase(), 'x.local', { flush: true })])).toEqual({
      name: undefined,
      reverse: [name],
    });
    expect(conflictOnceHeld(host, [ptr(name, 'x.local', { flush: true }), address('h.local', '192.0.2.11')])).toEqual({
      name: 'h.local',
      reverse: [name],
    });
  });

  it('A-17 A-70 leaves out what is ours in another way', () => {
    expect(
      conflictOnceHeld(host, [address('h.local', '198.51.100.7')], (record) => record.type === 'A'),
    ).toBeUndefined();
  });

  it('NAM-06 takes no unclaimed set for a conflict', () => {
    expect(conflictOnceHeld({ ...host, claims: [] }, [address('h.local', '192.0.2.11')])?.name).toBeUndefined();
  });
});

describe('ConflictLog', () => {
  it('PRB-09 holds each attempt off after fifteen conflicts in ten seconds', () => {
    const log = new ConflictLog();
    for (let i = 0; i < 14; i++) expect(log.conflict(i * 700)).toBe(0);
    expect(log.conflict(9999)).toBe(5000);
    // Slowed down, the conflicts are fewer than fifteen in ten seconds; the search goes on slowly all the same.
    for (let now = 15_100; now < 60_000; now += 5100) expect(log.conflict(now)).toBe(5000);
  });

  it('PRB-09 counts on while a search is slowed down by other things, such as lost tie-breaks', () => {
    const log = new ConflictLog();
    for (let i = 0; i < 14; i++) expect(log.conflict(i * 2_000)).toBe(0);
    expect(log.conflict(28_000)).toBe(5000);
  });

  it('PRB-09 conflicts that are just ten seconds apart are of one run', () => {
    const log = new ConflictLog();
    for (let i = 0; i < 14; i++) expect(log.conflict(0)).toBe(0);
    expect(log.conflict(10_000)).toBe(5000);
  });

  it('PRB-09 does not mind conflicts that are more than ten seconds apart', () => {
    const log = new ConflictLog();
    for (let i = 0; i < 100; i++) expect(log.conflict(i * 10_001)).toBe(0);
  });

  it('PRB-09 A-10 is quick again once the conflicts are in the past', () => {
    const log = new ConflictLog();
    for (let i = 0; i < 15; i++) log.conflict(i);
    log.succeeded();
    expect(log.conflict(9000)).toBe(5000);
    log.succeeded();
    expect(log.conflict(19_001)).toBe(0);
  });

  it('CNF-06 tells when a search has gone on for a minute', () => {
    const log = new ConflictLog();
    expect(log.isOverdue(100_000)).toBe(false);
    log.conflict(1000);
    log.conflict(50_000);
    expect(log.isOverdue(60_999)).toBe(false);
    expect(log.isOverdue(61_000)).toBe(true);
    log.succeeded();
    expect(log.isOverdue(61_000)).toBe(false);
    log.conflict(70_000);
    expect(log.isOverdue(129_999)).toBe(false);
  });
});
