/** What waits while something else leaves, is withdrawn or is told by another host, to the millisecond. */
import { describe, expect, it } from 'vitest';
import { REPLY_BURST } from '../../../src/protocol/respond/reply-budget.js';
import { address, ptr, question, srv } from '../../support/records.js';
import { Bench, from, HOST, host, INSTANCE, printer, query, TYPE } from './responder-bench.js';

/** Everything was announced at 0. */
function announced(): Bench {
  const bench = new Bench();
  bench.announce(0, ...host.records, ...printer.records);
  bench.sent.length = 0;
  return bench;
}

describe('RSP-11 what was multicast less than a second ago', () => {
  it('RSP-06 waits for its delay where that ends later than the second', () => {
    const bench = new Bench();
    for (const at of [0, 1_010]) bench.ask(at, question(TYPE, 'PTR'));
    expect(bench.answers(5_000)).toEqual(['70: PTR I', '1080: PTR I']);
  });

  it('RSP-13 does not go along with what leaves before the second is over', () => {
    const bench = new Bench();
    for (const at of [0, 1_010]) bench.ask(at, question(TYPE, 'PTR'));
    bench.announce(1_040, address(HOST, '192.0.2.10'));
    expect(bench.answers(5_000)).toEqual(['70: PTR I', '1040: A 192.0.2.10', '1070: PTR I']);
  });
});

describe('PRB-11 a probe', () => {
  it('PRB-11 is answered at once where it proposes, though one NSEC record answers another question as well', () => {
    const bench = new Bench();
    const questions = [question(INSTANCE, 'AAAA'), question(INSTANCE, 'A')];
    bench.ask(0, query(questions, { authorities: [address(INSTANCE, '192.0.2.66')] }));
    expect(bench.answers(50)).toEqual(['0: NSEC I']);
  });

  it('TC-02 that is truncated is not waited for where it asks nothing else', () => {
    const bench = new Bench();
    bench.ask(0, query(question(INSTANCE, 'ANY'), { authorities: [srv(INSTANCE, HOST, 1)], truncated: true }));
    expect(bench.answers(0)).toEqual(['0: SRV I, TXT I']);
    expect(bench.queue.toJSON().truncatedQueries).toBe(0);
  });
});

describe('ANN-01 repeats of an announcement', () => {
  it('ADD-01 are announcements, without additionals, unless they have to wait as answers do', () => {
    const bench = new Bench();
    bench.repeat(0, ptr(TYPE, INSTANCE));
    bench.repeat(1_000, ptr(TYPE, INSTANCE));
    expect(bench.log(5_000)).toEqual(['0: PTR I', '1000: PTR I']);
  });

  it('DAS-01 that wait are not sent where another host has told everybody meanwhile', () => {
    const bench = announced();
    bench.repeat(500, ptr(TYPE, INSTANCE));
    bench.heard(800, ptr(TYPE, INSTANCE));
    expect(bench.answers(5_000)).toEqual([]);
  });
});

describe('GBY-03 closing', () => {
  it('GBY-01 says the goodbyes that it begins with once', () => {
    const bench = announced();
    bench.at(2_000, () => {
      bench.queue.drain();
      bench.queue.goodbye(bench.zone.remove('service'), 2_000);
    });
    expect(bench.answers(9_000)).toEqual(['2000: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I']);
  });
});

describe('unicast replies', () => {
  it('PRB-12 are not sent for what was withdrawn while they waited', () => {
    const bench = announced();
    bench.ask(2_000, question(TYPE, 'PTR', { qu: true }));
    bench.at(2_030, () => bench.zone.remove('service'));
    expect(bench.run(5_000)).toEqual([]);
  });

  it('A-37 are not sent where the group is told in the moment of the question', () => {
    const bench = announced();
    bench.at(2_000, () => {
      for (const qu of [true, false]) bench.queue.ask(query(question(INSTANCE, 'TXT', { qu })), from(), 2_000);
    });
    expect(bench.answers(5_000)).toEqual(['2000: TXT I']);
  });

  it('SEC-02 go to one address so many times, and the group is told instead', () => {
    const bench = announced();
    for (let i = 0; i < REPLY_BURST; i++) bench.ask(2_000, question(INSTANCE, 'TXT', { qu: true }));
    expect(bench.sent.filter(({ to }) => to === 'group')).toEqual([]);
    bench.sent.length = 0;
    bench.ask(2_000, question(INSTANCE, 'TXT', { qu: true }), from('192.0.2.78'));
    bench.ask(2_000, question(INSTANCE, 'TXT', { qu: true }));
    expect(bench.answers(2_000)).toEqual(['2000 to 192.0.2.78: TXT I', '2000: TXT I']);
  });
});
