import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { Zone } from '../../../src/protocol/respond/zone.js';
import { address, nsec, ptr, record, srv, txt } from '../../support/records.js';
import { addresses, HOST, host, INSTANCE, printer, REVERSE, service, TYPE, TYPES, v4Host } from './responder-bench.js';

const zoneOf = (...sets: RecordSet[]): Zone => {
  const zone = new Zone();
  for (const set of sets) zone.add(set);
  return zone;
};
const setOf = (id: string, ...records: ResourceRecord[]): RecordSet => ({ id, claims: [], records });
const recordsAt = (zone: Zone, name: string) => zone.find(name, 'ANY').flatMap((answer) => answer.records);
const found = (zone: Zone, ...what: Parameters<Zone['find']>) => zone.find(...what).map((answer) => answer.records);

describe('Zone', () => {
  it('RSP-02 finds names without regard to case, by type, ANY and CNAME', () => {
    const alias = record('alias.local', { type: 'CNAME', target: HOST });
    const zone = zoneOf(host, printer, setOf('alias', alias));
    expect(zone.owns('H.LOCAL')).toBe(true);
    expect(zone.owns('i._T._tcp.Local')).toBe(true);
    expect(zone.owns('x.local')).toBe(false);
    expect(found(zone, 'H.local', 'A')).toEqual([[addresses[0]]]);
    expect(found(zone, 'alias.local', 'AAAA')).toEqual([[alias]]);
    expect(found(zone, 'alias.local', 'CNAME')).toEqual([[alias]]);
    expect(found(zone, INSTANCE, 'ANY')).toEqual([[srv(INSTANCE, HOST, 8085)], [txt(INSTANCE, ['a=1'])]]);
    expect(recordsAt(zone, HOST)).toEqual(addresses);
    expect(recordsAt(zone, 'x.local')).toEqual([]);
  });

  it('NAM-06 keeps a unique set together and shared records apart', () => {
    const zone = zoneOf(host, service('1', 'I'), service('2', 'J'));
    expect(found(zone, HOST, 'AAAA')).toEqual([addresses.slice(1)]);
    expect(found(zone, TYPE, 'PTR')).toEqual([[ptr(TYPE, INSTANCE)], [ptr(TYPE, 'J._t._tcp.local')]]);
    expect(zone.find(TYPE, 'PTR').map((answer) => answer.unique)).toEqual([false, false]);
  });

  it('A-22 ENU-02 gives up a record only when the last set that contains it goes', () => {
    const zone = zoneOf(service('1', 'I'), service('2', 'J'));
    const gone = zone.remove('1');
    expect(gone).toEqual([ptr(TYPE, INSTANCE), srv(INSTANCE, HOST, 8085), txt(INSTANCE, ['a=1'])]);
    expect(zone.owns(INSTANCE)).toBe(false);
    expect(zone.remove('2')).toContainEqual(ptr(TYPES, TYPE));
    expect(zone.toJSON()).toEqual({ sets: [], names: 0 });
    expect(zone.remove('2')).toEqual([]);
  });

  it('A-22 holds the host as long as a service uses it', () => {
    const zone = zoneOf({ ...host, id: 'one' }, { ...host, id: 'two' });
    expect(zone.remove('one')).toEqual([]);
    expect(zone.remove('two')).toEqual(host.records);
  });

  it('counts a record once that its set names twice', () => {
    const zone = zoneOf(setOf('s', address(HOST, '192.0.2.1'), address(HOST, '192.0.2.1')));
    expect(recordsAt(zone, HOST)).toHaveLength(1);
    expect(zone.remove('s')).toHaveLength(1);
    expect(zone.owns(HOST)).toBe(false);
  });

  it('UPD-02 has of a replaced set only what is new', () => {
    const zone = zoneOf(host, printer);
    const other = 'J._t._tcp.local';
    zone.add({
      ...printer,
      records: [ptr(TYPES, TYPE), ptr(TYPE, INSTANCE), srv(INSTANCE, HOST, 1), txt(INSTANCE, ['b=2'])],
    });
    expect(recordsAt(zone, INSTANCE)).toEqual([srv(INSTANCE, HOST, 1), txt(INSTANCE, ['b=2'])]);
    zone.add({ ...printer, records: [ptr(TYPES, TYPE), ptr(TYPE, other), srv(other, HOST, 1)] });
    expect(recordsAt(zone, INSTANCE)).toEqual([]);
    expect(recordsAt(zone, TYPE)).toEqual([ptr(TYPE, other)]);
    expect(recordsAt(zone, other)).toEqual([srv(other, HOST, 1)]);
  });

  it('UPD-01 keeps answers and when they were sent while their data change', () => {
    const zone = zoneOf(printer);
    const before = zone.find(INSTANCE, 'TXT')[0];
    if (before) before.lastMulticast = 5;
    zone.add({ ...printer, records: [ptr(TYPE, INSTANCE), txt(INSTANCE, ['b=2'])] });
    expect(zone.find(INSTANCE, 'TXT')[0]).toBe(before);
    expect(before).toMatchObject({ records: [txt(INSTANCE, ['b=2'])], lastMulticast: 5 });
    zone.remove('service');
    expect(before?.records).toEqual([]);
  });

  it('takes over a new TTL', () => {
    const zone = zoneOf(setOf('s', address(HOST, '192.0.2.1')));
    zone.add(setOf('s', { ...address(HOST, '192.0.2.1'), ttl: 30 }));
    expect(recordsAt(zone, HOST)).toEqual([{ ...address(HOST, '192.0.2.1'), ttl: 30 }]);
  });

  it('CNF-02 knows its own records by data, whatever their case, TTL and flush bit', () => {
    const zone = zoneOf(host, printer, service('2', 'J'));
    expect(zone.own({ ...srv('i._T._TCP.local', 'H.LOCAL', 8085), ttl: 1, cacheFlush: false })?.record).toEqual(
      srv(INSTANCE, HOST, 8085),
    );
    expect(zone.own(srv(INSTANCE, HOST, 8086))).toBeUndefined();
    expect(zone.own({ ...srv(INSTANCE, HOST, 8085), class: 3 })).toBeUndefined();
    expect(zone.own(address('x.local', '192.0.2.10'))).toBeUndefined();
    expect(zone.own(nsec(HOST, ['A', 'AAAA'], { ttl: 1 }))?.record).toEqual(nsec(HOST, ['A', 'AAAA']));
    expect(zone.own(nsec(HOST, ['A'], { ttl: 1 }))).toBeUndefined();
    expect(zone.own(nsec(TYPE, ['PTR'], { ttl: 1 }))).toBeUndefined();
  });
});

describe('denial', () => {
  const denied = (zone: Zone, name: string) => zone.denial(name)?.records[0];

  it('NEG-03 V6-01 lists the types of the name, of both families, in order', () => {
    const zone = zoneOf(setOf('h', address(HOST, 'fe80::1'), address(HOST, '192.0.2.1')), printer);
    expect(denied(zone, 'H.local')).toEqual(nsec(HOST, ['A', 'AAAA']));
    expect(denied(zone, INSTANCE)).toEqual(nsec(INSTANCE, ['TXT', 'SRV']));
  });

  it('A-30 lists HINFO of a host too', () => {
    const hinfo = record(HOST, { type: 'HINFO', cpu: 'arm', os: 'linux' });
    expect(denied(zoneOf(setOf('h', address(HOST, '192.0.2.1'), hinfo)), HOST)).toEqual(nsec(HOST, ['A', 'HINFO']));
  });

  it('NEG-04 has the TTL of the records that do exist', () => {
    const zone = zoneOf(setOf('h', { ...address(HOST, '192.0.2.1'), ttl: 60 }));
    expect(denied(zone, HOST)?.ttl).toBe(60);
  });

  it('NEG-05 is for names that are ours alone: claimed ones and reverse mappings, not DNS-SD names', () => {
    const zone = zoneOf(host, printer);
    expect(denied(zone, REVERSE)).toEqual(nsec(REVERSE, ['PTR']));
    for (const name of [TYPE, TYPES, 'x.local', 'local']) expect(zone.denial(name)).toBeUndefined();
  });

  it('NEG-07 is not for names with a type above 255', () => {
    const caa = record(HOST, { type: 'CAA', rdata: new Uint8Array(3) });
    const zone = zoneOf(v4Host, setOf('caa', caa));
    expect(zone.denial(HOST)).toBeUndefined();
    zone.remove('caa');
    expect(denied(zone, HOST)).toEqual(nsec(HOST, ['A']));
  });

  it('A-30 follows the records, as the same answer', () => {
    const zone = zoneOf(v4Host);
    const before = zone.denial(HOST);
    zone.add(setOf('six', address(HOST, 'fe80::1')));
    expect(zone.denial(HOST)).toBe(before);
    expect(before?.records).toEqual([nsec(HOST, ['A', 'AAAA'])]);
    zone.remove('six');
    zone.remove('host');
    expect(before?.records).toEqual([]);
  });
});
