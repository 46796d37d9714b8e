import { describe, expect, it } from 'vitest';
import { address, nsec, ptr, question, srv, txt } from '../../support/records.js';
import {
  addresses,
  allAddresses,
  Bench,
  from,
  HOST,
  host,
  INSTANCE,
  printer,
  query,
  service,
  TYPE,
  TYPES,
  v4Host,
} from './responder-bench.js';

const OTHER = '_u._tcp.local';

const two = [host, printer, service('other', 'O', OTHER)];

describe('delays', () => {
  it('RSP-05 ADD-02 answers at once when all answers are unique', () => {
    const bench = new Bench();
    bench.ask(0, question(INSTANCE, 'SRV'));
    bench.ask(2000, question(HOST, 'A'));
    expect(bench.log(5000)).toEqual([
      `0: SRV I + ${allAddresses}`,
      '2000: A 192.0.2.10 + AAAA 2001:db8::10, AAAA fe80::10',
    ]);
  });

  it('RSP-05 says when to call: now', () => {
    const bench = new Bench();
    bench.queue.ask(query(question(INSTANCE, 'SRV')), from(), 100);
    expect(bench.queue.nextDeadline()).toBe(100);
    expect(bench.queue.due(99)).toEqual([]);
    expect(bench.queue.due(100)).toHaveLength(1);
    expect(bench.queue.nextDeadline()).toBe(Infinity);
  });

  it('NEG-01 denies at once', () => {
    const bench = new Bench([v4Host]);
    bench.ask(0, question(HOST, 'AAAA'));
    expect(bench.run(1000)).toMatchObject([{ at: 0, to: 'group', answers: [nsec(HOST, ['A'])], additionals: [] }]);
  });

  it('RSP-06 ADD-01 delays shared answers, additionals and all', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'));
    expect(bench.log(5000)).toEqual([`70: PTR I + SRV I, TXT I, ${allAddresses}`]);
  });

  it('RSP-08 A-28 answers every question of a query together, with a delay', () => {
    const bench = new Bench(two);
    bench.ask(0, [question(HOST, 'A'), question(TYPE, 'PTR'), question('x.local', 'A'), question(INSTANCE, 'SRV')]);
    expect(bench.answers(5000)).toEqual(['70: A 192.0.2.10, PTR I, SRV I']);
  });

  it('A-27 delays ANY when any answer is shared', () => {
    const mixed = { id: 'mixed', claims: [HOST], records: [address(HOST, '192.0.2.10'), ptr(HOST, 'x.local')] };
    const bench = new Bench([mixed]);
    bench.ask(0, question(HOST, 'ANY'));
    expect(bench.answers(5000)).toEqual(['70: A 192.0.2.10, PTR x']);
  });

  it('ANY-01 answers ANY with everything, at once when all is unique', () => {
    const bench = new Bench();
    bench.ask(0, question(INSTANCE, 'ANY'));
    bench.ask(2000, { ...question(HOST, 'ANY'), class: 255 });
    expect(bench.log(5000)).toEqual([`0: SRV I, TXT I + ${allAddresses}`, `2000: ${allAddresses}`]);
  });

  it('ENU-01 enumerates types, without additionals', () => {
    const bench = new Bench(two);
    bench.ask(0, question(TYPES, 'PTR'));
    expect(bench.log(5000)).toEqual(['70: PTR _t, PTR _u']);
  });

  it.each([
    ['RSP-03 unknown types of service', question('_x._tcp.local', 'PTR')],
    ['RSP-02 other classes', { ...question(HOST, 'A'), class: 3 }],
    ['NEG-05 absent types of shared names', question(TYPE, 'AAAA')],
    ['NAM-07 the zone itself', question('local', 'SOA')],
    ['DOM-03 domains', question('b._dns-sd._udp.local', 'PTR')],
  ])('%s: silence', (_title, asked) => {
    const bench = new Bench();
    bench.ask(0, asked);
    expect(bench.queue.nextDeadline()).toBe(Infinity);
    bench.ask(1, asked, from('192.0.2.77', { port: 40_000 }));
    expect(bench.run(5000)).toEqual([]);
  });

  it('PRB-12 ENU-04 says nothing about what the zone does not hold', () => {
    const bench = new Bench([host]);
    bench.ask(0, [question(TYPE, 'PTR'), question(INSTANCE, 'SRV'), question(TYPES, 'PTR')]);
    expect(bench.run(5000)).toEqual([]);
  });

  it('answers a question once that a query repeats', () => {
    const bench = new Bench();
    bench.ask(0, [question(TYPE, 'PTR'), question(TYPE.toUpperCase(), 'PTR'), question(TYPE, 'ANY')]);
    expect(bench.answers(5000)).toEqual(['70: PTR I']);
  });

  it('gives what is true when it is sent', () => {
    const bench = new Bench();
    bench.ask(0, [question(INSTANCE, 'TXT'), question(TYPE, 'PTR')]);
    bench.at(30, () =>
      bench.zone.add({ ...printer, records: [ptr(TYPE, INSTANCE), srv(INSTANCE, HOST, 1), txt(INSTANCE, ['b=2'])] }),
    );
    expect(bench.run(5000)).toMatchObject([{ answers: [txt(INSTANCE, ['b=2']), ptr(TYPE, INSTANCE)] }]);
  });

  it('PRB-12 drops what was withdrawn while it waited', () => {
    const bench = new Bench();
    bench.ask(0, [question(INSTANCE, 'TXT'), question(TYPE, 'PTR')]);
    bench.at(30, () => bench.zone.remove('service'));
    expect(bench.run(5000)).toEqual([]);
    expect(bench.queue.nextDeadline()).toBe(Infinity);
  });
});

describe('rate limit', () => {
  it('RSP-11 multicasts a record once a second, however often it is asked for', () => {
    const bench = new Bench();
    for (let at = 0; at < 1000; at += 50) bench.ask(at, question(TYPE, 'PTR'));
    expect(bench.answers(5000)).toEqual(['70: PTR I', '1070: PTR I']);
  });

  it('RSP-11 holds for unique answers too', () => {
    const bench = new Bench();
    for (const at of [0, 5, 500, 999, 1000]) bench.ask(at, question(INSTANCE, 'TXT'));
    expect(bench.answers(5000)).toEqual(['0: TXT I', '1000: TXT I']);
  });

  it('RSP-13 puts off instead of dropping', () => {
    const bench = new Bench();
    bench.announce(0, ptr(TYPE, INSTANCE));
    bench.ask(300, question(TYPE, 'PTR'));
    expect(bench.answers(5000)).toEqual(['0: PTR I', '1000: PTR I']);
  });

  it('A-19 counts additionals, and leaves out those that were just sent', () => {
    const bench = new Bench();
    bench.ask(0, question(INSTANCE, 'SRV'));
    bench.ask(100, question(HOST, 'A'));
    bench.ask(200, question(TYPE, 'PTR'));
    expect(bench.log(5000)).toEqual([
      `0: SRV I + ${allAddresses}`,
      '270: PTR I + TXT I',
      '1000: A 192.0.2.10 + AAAA 2001:db8::10, AAAA fe80::10',
    ]);
  });

  it('A-19 does not count additionals that found no room', () => {
    const bench = new Bench();
    bench.announce(0, ...host.records);
    bench.ask(2000, question(TYPE, 'PTR'));
    bench.run(2100);
    bench.queue.leftOut([...addresses, txt(INSTANCE, ['a=1']), ptr(TYPE, INSTANCE)]);
    bench.ask(2200, question(INSTANCE, 'TXT'));
    bench.ask(2300, question(HOST, 'ANY'));
    bench.ask(2400, question(INSTANCE, 'SRV'));
    bench.ask(2500, question(TYPE, 'PTR'));
    expect(bench.answers(5000).slice(1)).toEqual([
      '2070: PTR I',
      '2200: TXT I',
      `2300: ${allAddresses}`,
      '3070: SRV I, PTR I',
    ]);
  });

  it('A-19 is per record', () => {
    const bench = new Bench(two);
    bench.ask(0, question(TYPE, 'PTR'));
    bench.ask(200, [question(TYPE, 'PTR'), question(OTHER, 'PTR')]);
    expect(bench.answers(5000)).toEqual(['70: PTR I', '270: PTR O', '1070: PTR I']);
  });

  it('A-18 A-23 does not hold back announcements and goodbyes', () => {
    const bench = new Bench();
    bench.ask(0, question(INSTANCE, 'TXT'));
    bench.announce(10, txt(INSTANCE, ['a=1']));
    bench.at(20, () => bench.queue.goodbye(bench.zone.remove('service'), 20));
    expect(bench.answers(5000)).toEqual([
      '0: TXT I',
      '10: TXT I',
      '20: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I',
      '1020: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I',
    ]);
  });
});

describe('aggregation', () => {
  it.each([
    [0, 0],
    [0, 0.9],
    [0.9, 0],
    [0.5, 0.5],
    [0.99, 0.99],
  ])('RSP-15 sends answers to two queries 5 ms apart in one packet, with random numbers %d and %d', (first, second) => {
    const draws = [first, second];
    const bench = new Bench(two, () => draws.shift() ?? 0.5);
    bench.ask(0, question(TYPE, 'PTR'));
    bench.ask(5, question(OTHER, 'PTR'));
    const sent = bench.run(5000);
    expect(sent.map((one) => one.answers)).toEqual([[ptr(TYPE, INSTANCE), ptr(OTHER, 'O._u._tcp.local')]]);
    expect(sent[0]?.at).toBeGreaterThanOrEqual(25);
    expect(sent[0]?.at).toBeLessThanOrEqual(120);
  });

  it('RSP-15 sends both at the earlier moment, when the later one has waited 20 ms by then', () => {
    for (const draws of [
      [0.9, 0.1],
      [0.15, 0.9],
    ]) {
      const left = [...draws];
      const bench = new Bench(two, () => left.shift() ?? 0.5);
      bench.ask(0, question(TYPE, 'PTR'));
      bench.ask(5, question(OTHER, 'PTR'));
      expect(bench.answers(5000)).toEqual(['35: PTR I, PTR O']);
    }
  });

  it('RSP-15 does not hold answers for those that were put off', () => {
    const bench = new Bench(two);
    bench.ask(0, question(TYPE, 'PTR'));
    bench.ask(130, question(OTHER, 'PTR'));
    bench.ask(190, question(TYPE, 'PTR'));
    expect(bench.answers(5000)).toEqual(['70: PTR I', '200: PTR O', '1070: PTR I']);
  });

  it('RSP-06 RSP-15 lets nothing be taken along that has waited less than 20 ms', () => {
    const bench = new Bench(two);
    bench.ask(0, question(TYPE, 'PTR'));
    bench.ask(40, question(OTHER, 'PTR'));
    bench.ask(50, question(INSTANCE, 'TXT'));
    expect(bench.answers(5000)).toEqual(['50: TXT I', '70: PTR I, PTR O']);
  });

  it('RSP-15 lets announcements take answers along', () => {
    const bench = new Bench(two);
    bench.ask(0, question(TYPE, 'PTR'));
    bench.announce(30, ptr(OTHER, 'O._u._tcp.local'));
    expect(bench.answers(5000)).toEqual(['30: PTR O, PTR I']);
  });

  it('RSP-15 lets a unique answer leave at once, and take along what has waited long enough', () => {
    const bench = new Bench(two);
    bench.ask(0, question(TYPE, 'PTR'));
    bench.ask(10, question(HOST, 'A'));
    bench.ask(30, question('O._u._tcp.local', 'TXT'));
    expect(bench.answers(5000)).toEqual(['10: A 192.0.2.10', '30: TXT O, PTR I']);
  });

  it('RSP-15 holds an answer for later ones by at most half a second', () => {
    const names = Array.from({ length: 60 }, (_, i) => `_s${i}._tcp.local`);
    const bench = new Bench(
      names.map((name, i) => service(`${i}`, 'I', name)),
      () => 0,
    );
    for (const [i, name] of names.entries()) bench.ask(i * 15, question(name, 'PTR'));
    const sent = bench.run(5000);
    expect(sent[0]?.at).toBeGreaterThan(500);
    for (const one of sent) {
      for (const answer of one.answers) {
        const waited = one.at - 15 * names.indexOf(answer.name);
        expect(waited).toBeGreaterThanOrEqual(20);
        expect(waited).toBeLessThanOrEqual(620);
      }
    }
    expect(sent.flatMap((one) => one.answers)).toHaveLength(names.length);
  });

  it('A-37 satisfies all who ask within the delay with one multicast', () => {
    const bench = new Bench();
    for (const [i, at] of [0, 5, 20, 69].entries()) bench.ask(at, question(TYPE, 'PTR'), from(`192.0.2.${i + 1}`));
    expect(bench.answers(5000)).toEqual(['70: PTR I']);
  });

  it('A-37 lets an announcement answer those who wait', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'));
    bench.announce(10, ptr(TYPE, INSTANCE));
    expect(bench.answers(5000)).toEqual(['10: PTR I']);
  });
});

describe('known and duplicate answers', () => {
  it('KAS-01 ADD-04 is silent about what the querier knows', () => {
    const bench = new Bench(two);
    const known = { ...ptr(TYPE.toUpperCase(), INSTANCE), ttl: 2250 };
    bench.ask(0, query(question(TYPE, 'PTR'), { answers: [known] }));
    bench.ask(10, query([question(TYPE, 'PTR'), question(OTHER, 'PTR')], { answers: [known] }));
    expect(bench.log(5000)).toEqual([`80: PTR O + SRV O, TXT O, ${allAddresses}`]);
  });

  it('KAS-02 answers when the known answer is running out', () => {
    const bench = new Bench();
    bench.ask(0, query(question(TYPE, 'PTR'), { answers: [{ ...ptr(TYPE, INSTANCE), ttl: 2249 }] }));
    expect(bench.answers(5000)).toEqual(['70: PTR I']);
  });

  it('A-42 does not take from one what another one knows', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'), from('192.0.2.1'));
    bench.ask(5, query(question(TYPE, 'PTR'), { answers: [ptr(TYPE, INSTANCE)] }), from('192.0.2.2'));
    expect(bench.answers(5000)).toEqual(['70: PTR I']);
  });

  it('DAS-01 drops an answer that another host gives first', () => {
    const bench = new Bench(two);
    bench.ask(0, [question(TYPE, 'PTR'), question(OTHER, 'PTR')]);
    bench.heard(10, ptr(TYPE, INSTANCE));
    expect(bench.answers(5000)).toEqual(['70: PTR O']);
  });

  it('DAS-01 keeps it when the other TTL is shorter', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'));
    bench.heard(10, { ...ptr(TYPE, INSTANCE), ttl: 4499 });
    expect(bench.answers(5000)).toEqual(['70: PTR I']);
  });

  it('DAS-01 answers who asks afterwards', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'));
    bench.heard(10, ptr(TYPE, INSTANCE));
    bench.ask(11, question(TYPE, 'PTR'));
    expect(bench.run(5000)).toHaveLength(1);
  });

  it.each([
    [50, ['70: A 192.0.2.10 + AAAA 2001:db8::10, AAAA fe80::10']],
    [60, []],
    [0, ['70: A 192.0.2.10 + AAAA 2001:db8::10, AAAA fe80::10']],
  ])('COP-02 repeats its record when another host says it with a TTL of %i of 120', (ttl, log) => {
    const bench = new Bench();
    bench.heard(0, { ...address(HOST, '192.0.2.10'), ttl });
    expect(bench.log(5000)).toEqual(log);
  });

  it('COP-02 IFC-03 repeats the whole set, once a second at most', () => {
    const bench = new Bench();
    for (let at = 0; at < 1000; at += 10) bench.heard(at, { ...address(HOST, 'fe80::10'), ttl: 1 });
    expect(bench.answers(5000)).toEqual([
      '70: AAAA 2001:db8::10, AAAA fe80::10',
      '1070: AAAA 2001:db8::10, AAAA fe80::10',
    ]);
  });

  it('COP-01 has nothing to say about other data', () => {
    const bench = new Bench();
    bench.heard(0, address(HOST, '192.0.2.99'), ptr(TYPE, `X.${TYPE}`));
    expect(bench.run(5000)).toEqual([]);
  });
});
