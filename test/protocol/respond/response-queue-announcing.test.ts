/** What the response queue sends without being asked: announcements and goodbyes. */
import { describe, expect, it } from 'vitest';
import { address, ptr, question, srv, txt } from '../../support/records.js';
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
} from './responder-bench.js';

describe('announcing and leaving', () => {
  it('ANN-01 merges what several announce at the same time', () => {
    const bench = new Bench();
    bench.at(0, () => {
      bench.queue.announce(host.records, 0);
      bench.queue.announce(printer.records, 0);
      bench.queue.announce(printer.records, 0);
    });
    expect(bench.log(5000)).toEqual([`0: ${allAddresses}, PTR h, PTR _t, PTR I, SRV I, TXT I`]);
  });

  it('ANN-01 GBY-01 a thousand services are announced in several turns, goodbyes first, and leave in one', () => {
    const services = Array.from({ length: 300 }, (_, i) => service(`${i}`, `I${i}`));
    const gone = Array.from({ length: 200 }, (_, i) => ptr(TYPE, `Gone ${i}.${TYPE}`));
    const bench = new Bench([host, ...services]);
    bench.queue.goodbye(gone, 0);
    for (const { records } of services) bench.queue.announce(records, 0);
    bench.run(0);
    // The pointer to the type is one for all of them.
    expect(bench.sent.map(({ answers }) => answers.length)).toEqual([250, 250, 250, 250, 101]);
    expect(bench.sent[0]?.answers.slice(0, 200).every(({ ttl }) => ttl === 0)).toBe(true);
    bench.sent.length = 0;
    for (const { id } of services) bench.zone.remove(id);
    bench.queue.goodbye(
      services.flatMap(({ records }) => records.slice(1)),
      10,
    );
    bench.queue.drain();
    bench.run(10);
    expect(bench.sent.map(({ answers }) => answers.length)).toEqual([900]);
  });

  it('CFL-03 announces unique sets whole', () => {
    const bench = new Bench();
    bench.announce(0, address(HOST, 'fe80::10'));
    expect(bench.answers(5000)).toEqual(['0: AAAA 2001:db8::10, AAAA fe80::10']);
  });

  it('PRB-12 does not announce what the zone does not hold', () => {
    const bench = new Bench([host]);
    bench.announce(0, ...printer.records);
    expect(bench.run(5000)).toEqual([]);
  });

  it('A-18 repeats an announcement exactly a second later, together with what was put off', () => {
    const bench = new Bench();
    bench.announce(0, ...printer.records);
    bench.ask(400, question(TYPE, 'PTR'));
    bench.announce(1000, ...printer.records);
    expect(bench.answers(5000)).toEqual([
      '0: PTR _t, PTR I, SRV I, TXT I',
      '1000: PTR I',
      '1000: PTR _t, PTR I, SRV I, TXT I',
    ]);
  });

  it('A-18 RSP-11 repeats of an announcement wait for a second after an answer, news do not', () => {
    const bench = new Bench();
    bench.announce(0, ...printer.records);
    bench.ask(1300, question(INSTANCE, 'TXT'));
    bench.repeat(2000, ...printer.records);
    bench.ask(4000, question(INSTANCE, 'TXT'));
    bench.announce(4400, txt(INSTANCE, ['a=1']));
    expect(bench.answers(9000)).toEqual([
      '0: PTR _t, PTR I, SRV I, TXT I',
      '1300: TXT I',
      '2000: PTR _t, PTR I, SRV I',
      '2300: TXT I',
      '4000: TXT I',
      '4400: TXT I',
    ]);
  });

  it('A-18 a repeat does not wait when the responder is leaving', () => {
    const bench = new Bench();
    bench.ask(0, question(INSTANCE, 'TXT'));
    bench.at(100, () => bench.queue.drain());
    bench.repeat(200, txt(INSTANCE, ['a=1']));
    expect(bench.answers(5000)).toEqual(['0: TXT I', '200: TXT I']);
  });

  it('UPD-02 says goodbye before it announces', () => {
    const bench = new Bench();
    bench.at(0, () => {
      const renamed = service('service', 'J');
      bench.zone.add(renamed);
      bench.queue.announce(renamed.records, 0);
      bench.queue.goodbye(printer.records, 0);
    });
    expect(bench.answers(5000)).toEqual([
      '0: PTR-bye I, SRV-bye I, TXT-bye I, PTR _t, PTR J, SRV J, TXT J',
      '1000: PTR-bye I, SRV-bye I, TXT-bye I',
    ]);
  });

  it('GBY-01 has the same data and TTL 0', () => {
    const bench = new Bench();
    bench.at(0, () => bench.queue.goodbye(bench.zone.remove('service'), 0));
    expect(bench.sent[0]?.answers).toEqual(printer.records.map((record) => ({ ...record, ttl: 0 })));
  });

  it('A-22 ENU-02 has no goodbye for what somebody else still holds', () => {
    const bench = new Bench([host, printer, service('2', 'J')]);
    bench.at(0, () => {
      bench.queue.goodbye(printer.records, 0);
      bench.zone.remove('service');
    });
    expect(bench.answers(5000)).toEqual([
      '0: PTR-bye I, SRV-bye I, TXT-bye I',
      '1000: PTR-bye I, SRV-bye I, TXT-bye I',
    ]);
  });

  it('GBY-03 neither answers nor defends after the goodbye', () => {
    const bench = new Bench();
    bench.ask(0, question(TYPE, 'PTR'));
    bench.at(10, () => {
      bench.queue.announce(printer.records, 10);
      bench.queue.goodbye(bench.zone.remove('service'), 10);
    });
    bench.ask(20, question(TYPE, 'PTR'));
    bench.ask(20, query(question(INSTANCE, 'ANY', { qu: true }), { authorities: [srv(INSTANCE, HOST, 1)] }));
    bench.heard(30, { ...ptr(TYPE, INSTANCE), ttl: 0 });
    expect(bench.answers(5000)).toEqual([
      '10: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I',
      '1010: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I',
    ]);
  });

  it('GBY-01 A-23 says a goodbye once more after a second, and no third time', () => {
    const bench = new Bench([host, printer, service('2', 'J')]);
    bench.at(0, () => bench.queue.goodbye(bench.zone.remove('service'), 0));
    bench.at(500, () => bench.queue.goodbye(bench.zone.remove('2'), 500));
    expect(bench.answers(100_000)).toEqual([
      '0: PTR-bye I, SRV-bye I, TXT-bye I',
      '500: PTR-bye _t, PTR-bye J, SRV-bye J, TXT-bye J',
      '1000: PTR-bye I, SRV-bye I, TXT-bye I',
      '1500: PTR-bye _t, PTR-bye J, SRV-bye J, TXT-bye J',
    ]);
    expect(bench.queue.nextDeadline()).toBe(Infinity);
  });

  it('GBY-01 says no second goodbye for what is held again, or another host has by then', () => {
    const bench = new Bench();
    bench.at(0, () => bench.queue.goodbye(bench.zone.remove('service'), 0));
    bench.heard(400, { ...ptr('_services._dns-sd._udp.local', TYPE) }, { ...txt(INSTANCE, ['a=1']), ttl: 0 });
    bench.at(500, () => bench.zone.add({ ...printer, records: [ptr(TYPE, INSTANCE)] }));
    expect(bench.answers(5000)).toEqual([
      '0: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I',
      '1000: SRV-bye I, TXT-bye I',
    ]);
  });

  it('forgets a goodbye when the record is announced again', () => {
    const bench = new Bench();
    bench.at(0, () => {
      bench.queue.goodbye(bench.zone.remove('service'), 0);
      bench.zone.add(printer);
      bench.queue.announce(printer.records, 0);
    });
    expect(bench.answers(5000)).toEqual(['0: PTR _t, PTR I, SRV I, TXT I']);
  });

  it('GBY-03 sends goodbyes while closing, and nothing else', () => {
    const bench = new Bench();
    bench.announce(0, ...printer.records);
    bench.at(200, () => {
      bench.queue.ask(query(question(TYPE, 'PTR')), from(), 200);
      bench.queue.ask(query(question(TYPE, 'PTR', { qu: true })), from(), 200);
      bench.queue.ask(query(question(TYPE, 'PTR'), { truncated: true }), from(), 200);
      bench.queue.goodbye(bench.zone.remove('service'), 200);
      bench.queue.drain();
    });
    bench.ask(300, question(HOST, 'A'));
    bench.heard(300, { ...address(HOST, '192.0.2.10'), ttl: 0 });
    expect(bench.answers(5000)).toEqual([
      '0: PTR _t, PTR I, SRV I, TXT I',
      '200: PTR-bye _t, PTR-bye I, SRV-bye I, TXT-bye I',
    ]);
    expect(bench.queue.nextDeadline()).toBe(Infinity);
  });

  it('CFL-03 sends every address, with the flush bit', () => {
    const bench = new Bench();
    bench.ask(0, question(HOST, 'AAAA'));
    expect(bench.run(0)[0]?.answers).toEqual(addresses.slice(1));
  });
});
