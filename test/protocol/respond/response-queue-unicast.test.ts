import { describe, expect, it } from 'vitest';
import { MAX_LEGACY_REPLIES } from '../../../src/protocol/respond/response-queue.js';
import { MAX_UNICAST_REPLIES } from '../../../src/protocol/respond/unicast-replies.js';
import { address, nsec, ptr, question, srv } from '../../support/records.js';
import { addresses, Bench, from, HOST, host, INSTANCE, printer, query, TYPE, v4Host } from './responder-bench.js';

const asker = from();
const AT = ' to 192.0.2.77';

/** Everything was announced at 0. */
function announced(): Bench {
  const bench = new Bench();
  bench.announce(0, ...host.records, ...printer.records);
  bench.sent.length = 0;
  return bench;
}

describe('unicast responses', () => {
  it('QU-03 A-32 answers by unicast within a quarter of the TTL since the last multicast', () => {
    const bench = announced();
    bench.ask(20_000, question(HOST, 'A', { qu: true }));
    bench.ask(29_999, question(HOST, 'A', { qu: true }));
    bench.ask(30_000, question(HOST, 'A', { qu: true }));
    expect(bench.answers(50_000)).toEqual([
      `20000${AT}: A 192.0.2.10`,
      `29999${AT}: A 192.0.2.10`,
      '30000: A 192.0.2.10',
    ]);
  });

  it('QU-03 answers by multicast what was never multicast', () => {
    const bench = new Bench();
    bench.ask(0, question(HOST, 'A', { qu: true }));
    expect(bench.answers(1000)).toEqual(['0: A 192.0.2.10']);
  });

  it('QU-03 is judged per record', () => {
    const bench = announced();
    bench.ask(60_000, [question(TYPE, 'PTR', { qu: true }), question(INSTANCE, 'SRV', { qu: true })]);
    expect(bench.answers(70_000)).toEqual(['60070: SRV I', `60070${AT}: PTR I`]);
  });

  it('QU-05 builds them like multicast ones, with the same delay', () => {
    const bench = announced();
    bench.ask(2000, question(TYPE, 'PTR', { qu: true }));
    bench.ask(4000, question(INSTANCE, 'SRV', { qu: true }));
    expect(bench.run(5000)).toMatchObject([
      { at: 2070, to: { address: '192.0.2.77', port: 5353 }, id: 0, questions: [], legacy: false },
      { at: 4000, answers: [srv(INSTANCE, HOST, 8085)], additionals: addresses },
    ]);
    expect(bench.log(5000)[0]).toBe(`2070${AT}: PTR I + SRV I, TXT I, A 192.0.2.10, AAAA 2001:db8::10, AAAA fe80::10`);
  });

  it('QU-03 is not held back by the rate limit, nor counts for it', () => {
    const bench = announced();
    bench.ask(100, question(HOST, 'A', { qu: true }));
    bench.ask(200, question(HOST, 'A', { qu: true }));
    bench.ask(1000, question(HOST, 'A'));
    expect(bench.answers(5000)).toEqual([`100${AT}: A 192.0.2.10`, `200${AT}: A 192.0.2.10`, '1000: A 192.0.2.10']);
  });

  it('QU-06 treats a direct query as QU', () => {
    const bench = announced();
    bench.ask(2000, question(HOST, 'A'), from('192.0.2.77', { to: 'unicast' }));
    expect(bench.answers(5000)).toEqual([`2000${AT}: A 192.0.2.10`]);
  });

  it('QU-08 answers a QU question of another subnet by multicast', () => {
    const bench = announced();
    bench.ask(2000, question(HOST, 'A', { qu: true }), from('10.9.9.9', { onLink: false }));
    expect(bench.answers(5000)).toEqual(['2000: A 192.0.2.10']);
  });

  it('QU-01 judges each question by itself', () => {
    const bench = announced();
    bench.ask(2000, [question(HOST, 'A', { qu: true }), question(TYPE, 'PTR')]);
    expect(bench.answers(5000)).toEqual(['2070: PTR I', `2070${AT}: A 192.0.2.10`]);
  });

  it('A-37 satisfies QU and QM askers with one multicast, whoever comes first', () => {
    for (const order of [
      [true, false],
      [false, true],
    ]) {
      for (const draws of [
        [0.1, 0.9],
        [0.9, 0.1],
      ]) {
        const left = [...draws];
        const bench = new Bench([host, printer], () => left.shift() ?? 0.5);
        bench.announce(0, ...printer.records);
        for (const [i, qu] of order.entries()) {
          bench.ask(2000 + i, question(TYPE, 'PTR', { qu: qu }), from(`192.0.2.${i + 1}`));
        }
        const sent = bench.run(5000).slice(1);
        expect(sent.map((one) => one.to)).toEqual(['group']);
      }
    }
  });

  it('RSP-15 sends one reply to a querier that asks twice', () => {
    const bench = announced();
    bench.ask(2000, question(TYPE, 'PTR', { qu: true }));
    bench.ask(2005, question('_services._dns-sd._udp.local', 'PTR', { qu: true }));
    expect(bench.answers(5000)).toEqual([`2070${AT}: PTR I, PTR _t`]);
  });

  it('RSP-06 keeps back what has to be delayed when something else goes to the same querier at once', () => {
    const bench = announced();
    bench.ask(2000, question(TYPE, 'PTR', { qu: true }));
    bench.ask(2010, question(HOST, 'A', { qu: true }));
    expect(bench.answers(5000)).toEqual([`2010${AT}: A 192.0.2.10`, `2070${AT}: PTR I`]);
  });

  it('RSP-06 a reply to one querier, simple resolvers included, leaves what gathers for the group where it is', () => {
    const bench = announced();
    bench.ask(2000, question(TYPE, 'PTR'), from('192.0.2.78'));
    bench.ask(2040, question(INSTANCE, 'SRV', { qu: true }));
    bench.ask(2050, question(HOST, 'A'), from('192.0.2.79', { port: 40_000 }));
    expect(bench.answers(5000)).toEqual([`2040${AT}: SRV I`, '2050 to 192.0.2.79: A 192.0.2.10', '2070: PTR I']);
  });

  it('A-37 DAS-01 a QU asker who waits with others is served by what another host tells all of them', () => {
    const draws = [0.9, 0.1];
    const bench = new Bench([host, printer], () => draws.shift() ?? 0.5);
    bench.announce(0, ...printer.records);
    bench.ask(2000, question(TYPE, 'PTR'), from('192.0.2.78'));
    bench.ask(2005, question(TYPE, 'PTR', { qu: true }));
    bench.heard(2060, ptr(TYPE, INSTANCE));
    expect(bench.answers(5000).slice(1)).toEqual([]);
  });

  it('A-37 a QU asker who waits with others asked later than what another host has told them', () => {
    const draws = [0.9, 0.1];
    const bench = new Bench([host, printer], () => draws.shift() ?? 0.5);
    bench.announce(0, ...printer.records);
    bench.ask(2000, question(TYPE, 'PTR'), from('192.0.2.78'));
    bench.heard(2003, ptr(TYPE, INSTANCE));
    bench.ask(2005, question(TYPE, 'PTR', { qu: true }));
    expect(bench.answers(5000).slice(1)).toEqual(['2110: PTR I']);
  });

  it('A-37 does not make a QU asker wait for a rate limit', () => {
    const bench = announced();
    bench.ask(200, question(TYPE, 'PTR'), from('192.0.2.1'));
    bench.ask(205, question(TYPE, 'PTR', { qu: true }));
    expect(bench.answers(5000)).toEqual([`275${AT}: PTR I`, '1000: PTR I']);
  });

  it('KAS-01 honours known answers', () => {
    const bench = announced();
    bench.ask(2000, query(question(TYPE, 'PTR', { qu: true }), { answers: [ptr(TYPE, INSTANCE)] }));
    expect(bench.run(5000)).toEqual([]);
  });

  it('is bounded: beyond that it answers by multicast', () => {
    const bench = announced();
    for (let i = 0; i < MAX_UNICAST_REPLIES + 10; i++) {
      bench.ask(2000, question(TYPE, 'PTR', { qu: true }), from(`10.0.${i >> 8}.${i & 255}`));
    }
    expect(bench.queue.toJSON().unicastReplies).toBe(MAX_UNICAST_REPLIES);
    expect(bench.answers(2100)).toEqual(['2070: PTR I']);
  });
});

describe('probe defence', () => {
  const rival = srv(INSTANCE.toUpperCase(), 'rival.local', 1);
  const probe = (qu: boolean, more = {}) =>
    query(question(INSTANCE, 'ANY', { qu: qu }), { authorities: [rival], ...more });

  it('PRB-11 QU-04 answers at once by unicast', () => {
    const bench = announced();
    bench.ask(100, probe(true));
    expect(bench.answers(5000)).toEqual([`100${AT}: SRV I, TXT I`]);
  });

  it('QU-04 adds a multicast when the last one is old, and still replies', () => {
    const bench = announced();
    bench.ask(60_000, probe(true));
    expect(bench.answers(70_000)).toEqual(['60000: SRV I', `60000${AT}: SRV I, TXT I`]);
  });

  it.each([
    [100, 250],
    [250, 250],
    [600, 600],
  ])('RSP-12 A-14 answers a QM probe at %i ms after the last multicast at %i', (asked, answered) => {
    const bench = announced();
    bench.ask(asked, probe(false));
    expect(bench.answers(5000)).toEqual([`${answered}: SRV I, TXT I`]);
  });

  it('A-16 PRB-11 is not delayed by other questions, truncation, or what gathers', () => {
    const bench = announced();
    bench.ask(1990, question(TYPE, 'PTR'));
    bench.ask(
      2000,
      query(
        [
          question(INSTANCE, 'ANY', { qu: true }),
          question(HOST, 'ANY', { qu: true }),
          question('_services._dns-sd._udp.local', 'PTR'),
        ],
        {
          authorities: [rival, address(HOST, '192.0.2.200')],
          truncated: true,
        },
      ),
    );
    expect(bench.answers(5000)).toEqual([
      `2000${AT}: SRV I, TXT I, A 192.0.2.10, AAAA 2001:db8::10, AAAA fe80::10`,
      '2060: PTR I',
      '2450: PTR _t',
    ]);
  });

  it('PRB-11 multicasts at once to a prober of another subnet', () => {
    const bench = announced();
    bench.ask(500, probe(true), from('10.9.9.9', { onLink: false }));
    expect(bench.answers(5000)).toEqual(['500: SRV I, TXT I']);
  });

  it('RSP-14 treats a query whose Authority answers nothing as an ordinary one', () => {
    const bench = announced();
    bench.ask(100, query(question(INSTANCE, 'ANY'), { authorities: [srv('other.local', HOST, 1)] }));
    bench.ask(100, query(question(INSTANCE, 'TXT'), { authorities: [srv(INSTANCE, HOST, 1)] }));
    bench.ask(100, query(question(INSTANCE, 'ANY')));
    expect(bench.answers(5000)).toEqual(['1000: SRV I, TXT I']);
  });

  it('RSP-14 recognises a probe for one type', () => {
    const bench = announced();
    bench.ask(100, query(question(INSTANCE, 'SRV', { qu: true }), { authorities: [srv(INSTANCE, HOST, 1)] }));
    expect(bench.answers(5000)).toEqual([`100${AT}: SRV I`]);
  });

  it('defends what is unique and answers what is shared', () => {
    const bench = new Bench([{ ...v4Host, records: [address(HOST, '192.0.2.10'), ptr(HOST, 'x.local')] }]);
    bench.announce(0, address(HOST, '192.0.2.10'), ptr(HOST, 'x.local'));
    bench.ask(2000, query(question(HOST, 'ANY', { qu: true }), { authorities: [address(HOST, '192.0.2.200')] }));
    expect(bench.answers(5000).slice(1)).toEqual([`2000${AT}: A 192.0.2.10`, `2070${AT}: PTR x`]);
  });

  it('KAS-01 PRB-11 does not defend what the prober says that it knows', () => {
    const bench = new Bench();
    const probe = { authorities: [srv(INSTANCE, HOST, 1)] };
    bench.ask(20_000, query(question(INSTANCE, 'SRV'), { ...probe, answers: [srv(INSTANCE, HOST, 8085)] }));
    expect(bench.answers(30_000)).toEqual([]);
    bench.ask(40_000, query(question(INSTANCE, 'SRV'), { ...probe, answers: [srv(INSTANCE, HOST, 8086)] }));
    expect(bench.answers(50_000)).toEqual(['40000: SRV I']);
  });

  it('shared names are not defended', () => {
    const bench = announced();
    bench.ask(2000, query(question(TYPE, 'ANY', { qu: true }), { authorities: [ptr(TYPE, 'X._t._tcp.local')] }));
    expect(bench.answers(5000)).toEqual([`2070${AT}: PTR I`]);
  });
});

describe('legacy responses', () => {
  const simple = from('192.0.2.50', { port: 40_000 });

  it('LEG-01 LEG-02 LEG-03 replies at once with id and questions, short TTLs, no flush bits', () => {
    const bench = new Bench();
    const questions = [question(TYPE, 'PTR', { qu: true }), question('x.local', 'A')];
    bench.ask(0, query(questions, { id: 0xbeef }), simple);
    expect(bench.run(5000)).toMatchObject([
      {
        at: 0,
        to: { address: '192.0.2.50', port: 40_000 },
        id: 0xbeef,
        questions,
        legacy: true,
        answers: [{ ...ptr(TYPE, INSTANCE), ttl: 10 }],
      },
    ]);
    for (const record of bench.sent[0]?.additionals ?? []) expect(record).toMatchObject({ ttl: 10, cacheFlush: false });
    expect(bench.sent[0]?.additionals).toHaveLength(5);
  });

  it('LEG-03 keeps TTLs below ten seconds', () => {
    const bench = new Bench([{ ...v4Host, records: [{ ...address(HOST, '192.0.2.10'), ttl: 5 }] }]);
    bench.ask(0, question(HOST, 'A'), simple);
    expect(bench.sent[0]?.answers).toEqual([{ ...address(HOST, '192.0.2.10'), ttl: 5, cacheFlush: false }]);
  });

  it('A-34 includes direct queries', () => {
    const bench = new Bench();
    bench.ask(0, query(question(HOST, 'A'), { id: 7 }), { ...simple, to: 'unicast' });
    expect(bench.sent).toMatchObject([{ id: 7, legacy: true, to: { port: 40_000 } }]);
  });

  it('A-36 honours known answers and ignores truncation', () => {
    const bench = new Bench();
    bench.ask(0, query(question(TYPE, 'PTR'), { answers: [ptr(TYPE, INSTANCE)] }), simple);
    bench.ask(1, query(question(HOST, 'A'), { truncated: true }), simple);
    expect(bench.answers(5000)).toEqual(['1 to 192.0.2.50: A 192.0.2.10']);
  });

  it('NEG-01 denies', () => {
    const bench = new Bench([v4Host]);
    bench.ask(0, question(HOST, 'AAAA'), simple);
    expect(bench.sent[0]?.answers).toEqual([{ ...nsec(HOST, ['A'], { ttl: 10 }), cacheFlush: false }]);
  });

  it('SEC-02 LEG-01 keeps a bounded number of replies, and takes more once these have left', () => {
    const bench = new Bench();
    const ask = (n: number) =>
      bench.queue.ask(query(question(HOST, 'A')), from(`192.0.2.${n % 250}`, { port: 20_000 + n }), 0);
    for (let n = 0; n < MAX_LEGACY_REPLIES + 10; n++) ask(n);
    expect(bench.queue.due(0)).toHaveLength(MAX_LEGACY_REPLIES);
    ask(1);
    expect(bench.queue.due(0)).toHaveLength(1);
  });

  it('LEG-01 does not count as multicast, nor for those who wait for one', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'), asker);
    bench.ask(1, question(TYPE, 'PTR'), simple);
    expect(bench.answers(5000)).toEqual(['1 to 192.0.2.50: PTR I', '70: PTR I']);
  });
});
