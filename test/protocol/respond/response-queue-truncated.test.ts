import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import {
  MAX_TRUNCATED_EXTENSIONS,
  MAX_TRUNCATED_PACKETS,
  MAX_TRUNCATED_QUESTIONS,
  MAX_TRUNCATED_SOURCES,
} from '../../../src/protocol/respond/truncated-queries.js';
import { ptr, question } from '../../support/records.js';
import { addresses, Bench, from, HOST, host, INSTANCE, printer, query, service, TYPE } from './responder-bench.js';

const browse = question(TYPE, 'PTR');
const known = ptr(TYPE, INSTANCE);
const first = (...answers: ResourceRecord[]) => query(browse, { truncated: true, answers });
const more = (truncated: boolean, ...answers: ResourceRecord[]) => query([], { truncated, answers });

describe('truncated queries', () => {
  it('RSP-07 TC-02 are answered when nothing more came', () => {
    const bench = new Bench();
    bench.ask(0, first());
    expect(bench.answers(5000)).toEqual(['450: PTR I']);
  });

  it('TC-02 takes known answers out of the packets that follow', () => {
    const bench = new Bench([host, printer, service('2', 'J')]);
    bench.ask(0, first());
    bench.ask(10, more(false, known));
    expect(bench.answers(5000)).toEqual(['450: PTR J']);
  });

  it('TC-02 KAS-01 takes known answers out of the first packet', () => {
    const bench = new Bench();
    bench.ask(0, first(known));
    bench.ask(10, more(false));
    expect(bench.answers(5000)).toEqual([]);
  });

  it('KAS-02 answers when they are running out', () => {
    const bench = new Bench();
    bench.ask(0, first());
    bench.ask(10, more(false, { ...known, ttl: 2249 }));
    expect(bench.answers(5000)).toEqual(['450: PTR I']);
  });

  it('TC-04 ties packets to the query by address alone', () => {
    const same = new Bench();
    same.ask(0, first(), from('192.0.2.1'));
    same.ask(10, query([], { id: 99, answers: [known] }), from('192.0.2.1', { to: 'unicast' }));
    expect(same.answers(5000)).toEqual([]);
    const other = new Bench();
    other.ask(0, first(), from('192.0.2.1'));
    other.ask(10, more(false, known), from('192.0.2.2'));
    expect(other.answers(5000)).toEqual(['450: PTR I']);
  });

  it('TC-02 A-42 still answers another host that asked', () => {
    const plain = new Bench();
    plain.ask(0, first(), from('192.0.2.1'));
    plain.ask(5, browse, from('192.0.2.2'));
    plain.ask(10, more(false, known), from('192.0.2.1'));
    expect(plain.answers(5000)).toEqual(['75: PTR I']);
    const truncated = new Bench();
    truncated.ask(0, first(), from('192.0.2.1'));
    truncated.ask(5, first(), from('192.0.2.2'));
    truncated.ask(10, more(false, known), from('192.0.2.1'));
    expect(truncated.answers(5000)).toEqual(['455: PTR I']);
  });

  it('A-37 has nothing left to say when everybody was told meanwhile', () => {
    const bench = new Bench();
    bench.ask(0, first(), from('192.0.2.1'));
    bench.ask(5, browse, from('192.0.2.2'));
    expect(bench.answers(5000)).toEqual(['75: PTR I']);
  });

  it('DAS-01 counts while waiting, too', () => {
    const bench = new Bench();
    bench.ask(0, first());
    bench.heard(100, known);
    expect(bench.run(5000)).toEqual([]);
  });

  it('TC-03 waits on with every truncated packet', () => {
    const bench = new Bench();
    bench.ask(0, first());
    bench.ask(300, more(true));
    bench.ask(600, more(true));
    expect(bench.answers(5000)).toEqual(['1050: PTR I']);
  });

  it('A-43 does not wait for ever', () => {
    const bench = new Bench();
    bench.ask(0, first());
    for (let at = 100; at < 5000; at += 100) bench.ask(at, more(true));
    expect(bench.answers(5000)).toEqual([`${100 * MAX_TRUNCATED_EXTENSIONS + 450}: PTR I`]);
  });

  it('A-41 answers a complete query of the same host in the ordinary way', () => {
    const bench = new Bench([host, printer, service('2', 'J', '_u._tcp.local')]);
    bench.ask(0, first());
    bench.ask(100, question('_u._tcp.local', 'PTR'));
    expect(bench.answers(5000)).toEqual(['170: PTR J', '450: PTR I']);
  });

  it('collects questions of several packets', () => {
    const bench = new Bench();
    bench.ask(0, first());
    bench.ask(10, query(question(HOST, 'A'), { truncated: true, answers: [known] }));
    expect(bench.answers(5000)).toEqual(['460: A 192.0.2.10']);
  });

  it('QU-03 replies by unicast where that was asked for', () => {
    const bench = new Bench();
    bench.announce(0, ...printer.records);
    bench.ask(1000, query(question(TYPE, 'PTR', { qu: true }), { truncated: true }));
    expect(bench.answers(5000).slice(1)).toEqual(['1450 to 192.0.2.77: PTR I']);
  });

  it('ignores packets that follow nothing', () => {
    const bench = new Bench();
    bench.ask(0, more(true, known));
    bench.ask(10, query(question('_x._tcp.local', 'PTR'), { truncated: true }));
    expect(bench.queue.toJSON()).toMatchObject({ truncatedQueries: 0 });
    expect(bench.queue.nextDeadline()).toBe(Infinity);
  });

  it('SEC-02 waits for a bounded number of hosts, and answers the others sooner', () => {
    const bench = new Bench();
    for (let i = 0; i < MAX_TRUNCATED_SOURCES; i++) bench.ask(0, first(), from(`10.0.${i >> 8}.${i & 255}`));
    expect(bench.queue.toJSON().truncatedQueries).toBe(MAX_TRUNCATED_SOURCES);
    bench.ask(0, query(question(HOST, 'A'), { truncated: true }), from('192.0.2.1'));
    expect(bench.queue.toJSON().truncatedQueries).toBe(MAX_TRUNCATED_SOURCES);
    expect(bench.answers(5000)).toEqual(['70: A 192.0.2.10', '450: PTR I']);
  });

  it('SEC-02 keeps a bounded number of packets of a host', () => {
    const names = Array.from({ length: MAX_TRUNCATED_PACKETS + 4 }, (_, i) => `_s${i}._tcp.local`);
    const bench = new Bench(names.map((name, i) => service(`${i}`, 'I', name)));
    for (const name of names) bench.ask(0, query(question(name, 'PTR'), { truncated: true }));
    expect(bench.run(5000).flatMap((one) => one.answers)).toHaveLength(MAX_TRUNCATED_PACKETS);
  });

  it('SEC-02 keeps a bounded number of questions of all hosts together, and answers the others sooner', () => {
    const many = 512;
    const names = Array.from({ length: many }, (_, i) => `_s${i}._tcp.local`);
    const questions = names.map((name) => question(name, 'PTR'));
    const bench = new Bench([host, ...names.map((name, i) => service(`${i}`, 'I', name))]);
    const waiting = () => bench.queue.toJSON().truncatedQueries;
    const flood = (now: number) => {
      for (let i = 0; i < (2 * MAX_TRUNCATED_QUESTIONS) / many; i++) {
        bench.ask(now, query(questions, { truncated: true }), from(`10.0.0.${i}`));
      }
    };
    flood(0);
    expect(waiting()).toBe(MAX_TRUNCATED_QUESTIONS / many);
    bench.ask(0, query(question(HOST, 'A'), { truncated: true }), from('192.0.2.1'));
    expect(waiting()).toBe(MAX_TRUNCATED_QUESTIONS / many);
    expect(bench.run(5000).flatMap(({ answers }) => answers)).toContainEqual(addresses[0]);
    expect(waiting()).toBe(0);
    // What is over has made room.
    flood(10_000);
    expect(waiting()).toBe(MAX_TRUNCATED_QUESTIONS / many);
  });
});
