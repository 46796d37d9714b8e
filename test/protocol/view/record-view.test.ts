import { describe, expect, it } from 'vitest';
import { ANSWER_WAIT_MS, SHARED_ANSWER_WAIT_MS } from '../../../src/protocol/view/completeness.js';
import { type RecordEvent, RecordView, type RecordViewSpec } from '../../../src/protocol/view/record-view.js';
import { address, ptr, record, srv, txt } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const eth4 = 'eth0/ipv4';
const eth6 = 'eth0/ipv6';
const wlan4 = 'wlan0/ipv4';

function bench(spec: Partial<RecordViewSpec>, ...links: string[]): ViewBench<RecordEvent> {
  return new ViewBench(new RecordView({ name: 'h.local', types: ['A'], ...spec }), ...links);
}

describe('what is found', () => {
  it('IFC-02 is told with its interface: the same name with other data on another one is no error', () => {
    const b = bench({}, eth4, wlan4);
    expect(b.asked()).toEqual([`${eth4} A h.local`, `${wlan4} A h.local`]);
    b.hear(eth4, address('h.local', '192.0.2.1')).hear(wlan4, address('H.local', '192.0.2.2'));
    expect(b.take()).toEqual([
      {
        event: 'found',
        records: [{ record: address('h.local', '192.0.2.1'), interface: 'eth0', from: '', ttlSeconds: 120 }],
      },
      {
        event: 'found',
        records: [{ record: address('H.local', '192.0.2.2'), interface: 'wlan0', from: '', ttlSeconds: 120 }],
      },
    ]);
  });

  it('is told once for both families of an interface, and lost with the last', () => {
    const b = bench({}, eth4, eth6);
    const one = address('h.local', '192.0.2.1');
    b.hear(eth4, one).hear(eth6, one);
    expect(b.take()).toHaveLength(1);
    b.lose(eth4, 'goodbye', one);
    expect(b.take()).toEqual([]);
    b.lose(eth6, 'expired', one);
    expect(b.take()).toEqual([
      { event: 'lost', records: [{ record: one, interface: 'eth0', from: '', ttlSeconds: 120, reason: 'expired' }] },
    ]);
  });

  it('TXT-09 are all records, if there are several', () => {
    const b = bench({ types: ['TXT'] }, eth4).hear(eth4, txt('h.local', ['txtvers=1']), txt('h.local', ['txtvers=2']));
    expect(b.take()).toMatchObject([{ event: 'found', records: [{}, {}] }]);
  });

  it('is of any type for ANY', () => {
    const b = bench({ types: ['ANY'] }, eth4);
    b.hear(eth4, address('h.local', '192.0.2.1'), srv('h.local', 'x.local'), srv('other.local', 'x.local'));
    expect(b.take()).toMatchObject([{ records: [{ record: { type: 'A' } }, { record: { type: 'SRV' } }] }]);
    b.lose(eth4, 'expired', srv('h.local', 'x.local'));
    expect(b.take()).toMatchObject([{ event: 'lost', records: [{ record: { type: 'SRV' } }] }]);
  });

  it('is of any kind of record', () => {
    const raw = record('h.local', { type: 'TYPE65280', rdata: Uint8Array.of(1, 2) });
    expect(
      bench({ types: ['TYPE65280'] }, eth4)
        .hear(eth4, raw)
        .take(),
    ).toMatchObject([{ records: [{ record: raw }] }]);
  });

  it('is found once when it is told twice, or asked for twice', () => {
    const one = address('h.local', '192.0.2.1');
    const b = bench({ types: ['A', 'A'] }, eth4).hear(eth4, one);
    expect(b.opened).toHaveLength(1);
    b.view.apply(eth4, { added: [one], removed: [], denied: [] }, b.now);
    b.lose(eth4, 'expired', one);
    expect(b.take()).toMatchObject([{ event: 'found' }, { event: 'lost' }]);
  });

  it('of another class is not mistaken for it', () => {
    const b = bench({}, eth4);
    b.view.apply(eth4, { added: [{ ...address('h.local', '192.0.2.1'), class: 3 }], removed: [], denied: [] }, 0);
    expect(b.settle().take()).toEqual([]);
    expect(bench({ class: 3 }, eth4).links.get(eth4)?.asked.has('h.local A 3')).toBe(true);
  });

  it('TOP-01 is lost with its interface', () => {
    const one = address('h.local', '192.0.2.1');
    const b = bench({}, eth4).hear(eth4, one);
    b.take();
    expect(b.close(eth4).take()).toEqual([
      {
        event: 'lost',
        records: [{ record: one, interface: 'eth0', from: '', ttlSeconds: 120, reason: 'interface-gone' }],
      },
    ]);
  });

  it('QRY-07 goes on: a later answer is told as well', () => {
    const b = bench({}, eth4).hear(eth4, address('h.local', '192.0.2.1')).wait(30_000);
    expect(b.done).toBe(false);
    b.take();
    expect(b.hear(eth4, address('h.local', '192.0.2.2')).take()).toHaveLength(1);
  });
});

describe('done', () => {
  const one = address('h.local', '192.0.2.1');

  it('is a one-shot question as soon as every link has answered it', () => {
    const b = bench({ once: true }, eth4, wlan4).hear(eth4, one);
    expect(b.done).toBe(false);
    expect(b.hear(wlan4, one).done).toBe(true);
  });

  it('is it 100 ms after the first answer, if the others have nothing to say', () => {
    const b = bench({ once: true }, eth4, wlan4).hear(eth4, one);
    expect(b.deadline).toBe(b.now + ANSWER_WAIT_MS);
    expect(b.wait(ANSWER_WAIT_MS - 1).done).toBe(false);
    expect(b.wait(1).done).toBe(true);
  });

  it('is it after the full time from the first answer that stays', () => {
    const b = bench({ once: true }, eth4, wlan4).hear(eth4, one).wait(50).lose(eth4, 'goodbye', one);
    expect(b.deadline).toBe(Infinity);
    b.wait(500).hear(eth4, one);
    expect(b.done).toBe(false);
    expect(b.wait(ANSWER_WAIT_MS).done).toBe(true);
  });

  it('is it not while a type is neither answered nor denied', () => {
    const b = bench({ once: true, types: ['A', 'TXT'] }, eth4)
      .hear(eth4, one)
      .wait(5000);
    expect(b.done).toBe(false);
    expect(b.deadline).toBe(Infinity);
    expect(b.deny(eth4, 'h.local', 'TXT').done).toBe(true);
  });

  it('is it never on its own without a link or an answer', () => {
    expect(bench({ once: true }).wait(5000).done).toBe(false);
    expect(bench({ once: true }, eth4).wait(5000).done).toBe(false);
  });

  it('NEG-09 is it at once when the answer is that there is none', () => {
    const b = bench({ once: true }, eth4).deny(eth4, 'h.local', 'A');
    expect(b.take()).toEqual([{ event: 'denied' }]);
    expect(b.done).toBe(true);
  });

  it('NEG-09 gives other links 100 ms to contradict a denial', () => {
    const b = bench({ once: true }, eth4, wlan4).deny(eth4, 'h.local', 'A');
    expect(b.done).toBe(false);
    b.wait(50).hear(wlan4, one);
    expect(b.done).toBe(true);
    expect(b.take()).toMatchObject([{ event: 'found' }]);
    const mute = bench({ once: true }, eth4, wlan4).deny(eth4, 'h.local', 'A').wait(ANSWER_WAIT_MS);
    expect(mute.take()).toEqual([{ event: 'denied' }]);
  });

  it('A-53 is not what a denial makes of a question that is answered, and a denial is told once', () => {
    const b = bench({}, eth4).hear(eth4, one).deny(eth4, 'h.local', 'A').wait(1000);
    expect(b.take()).toMatchObject([{ event: 'found' }]);
    b.lose(eth4, 'flushed', one).wait(1000);
    expect(b.take()).toMatchObject([{ event: 'lost' }, { event: 'denied' }]);
    expect(b.wait(1000).settle().take()).toEqual([]);
    b.hear(eth4, one).lose(eth4, 'flushed', one).wait(1000);
    expect(b.take()).toMatchObject([{ event: 'found' }, { event: 'lost' }]);
  });

  it('is what many hosts may answer only after all had the time to', () => {
    const type = '_http._tcp.local';
    const b = bench({ once: true, name: type, types: ['PTR'] }, eth4).hear(eth4, ptr(type, `A.${type}`));
    expect(b.wait(SHARED_ANSWER_WAIT_MS - 1).done).toBe(false);
    expect(b.hear(eth4, ptr(type, `B.${type}`)).wait(1).done).toBe(true);
  });
});
