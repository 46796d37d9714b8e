import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { additionalsTo, answersTo } from '../../../src/protocol/respond/answer.js';
import { Zone } from '../../../src/protocol/respond/zone.js';
import type { QuestionType } from '../../../src/protocol/types.js';
import { nsec, ptr, question, record, srv, txt } from '../../support/records.js';
import {
  addresses,
  HOST,
  host,
  INSTANCE,
  printer,
  REVERSE,
  reverse,
  service,
  TYPE,
  TYPES,
  v4Host,
} from './responder-bench.js';

const [v4, ...v6] = addresses;

function zoneOf(...sets: RecordSet[]): Zone {
  const zone = new Zone();
  for (const set of sets) zone.add(set);
  return zone;
}

function respond(
  zone: Zone,
  name: string,
  type: QuestionType,
  cls = 1,
): { answers: ResourceRecord[]; additionals: ResourceRecord[] } {
  const answers = answersTo(zone, { ...question(name, type), class: cls });
  const additionals = additionalsTo(zone, answers, () => true);
  return { answers: answers.flatMap((one) => one.records), additionals: additionals.flatMap((one) => one.records) };
}

describe('answersTo', () => {
  const zone = zoneOf(host, printer, service('2', 'J', '_u._tcp.local'));
  const instance = [srv(INSTANCE, HOST, 8085), txt(INSTANCE, ['a=1'])];

  it.each<[string, string, QuestionType, number, unknown[]]>([
    ['RSP-02 type', HOST, 'A', 1, [v4]],
    ['RSP-02 case', 'H.Local', 'AAAA', 1, v6],
    ['RSP-02 class ANY', HOST, 'A', 255, [v4]],
    ['RSP-02 another class', HOST, 'A', 3, []],
    ['RSP-02 another class, denied', HOST, 'TXT', 3, []],
    ['RSP-03 another name', 'x.local', 'A', 1, []],
    ['RSP-03 a shared name', '_x._tcp.local', 'PTR', 1, []],
    ['ANY-01 host', HOST, 'ANY', 1, addresses],
    ['ANY-01 instance', INSTANCE, 'ANY', 255, instance],
    ['ANY-01 A-27 type', TYPE, 'ANY', 1, [ptr(TYPE, INSTANCE)]],
    ['ADR-01 CFL-03 the whole set', HOST, 'AAAA', 1, v6],
    ['ENU-01 types', TYPES, 'PTR', 1, [ptr(TYPES, TYPE), ptr(TYPES, '_u._tcp.local')]],
    ['NEG-01 A-31 absent at the host', HOST, 'TXT', 1, [nsec(HOST, ['A', 'AAAA'])]],
    ['NEG-01 absent at the instance', INSTANCE, 'A', 1, [nsec(INSTANCE, ['TXT', 'SRV'])]],
    ['NEG-01 asked for NSEC', HOST, 'NSEC', 1, [nsec(HOST, ['A', 'AAAA'])]],
    ['NEG-05 absent at a shared name', TYPE, 'AAAA', 1, []],
    ['NEG-05 absent at a reverse name', REVERSE, 'A', 1, [nsec(REVERSE, ['PTR'])]],
    ['NAM-07 SOA of local', 'local', 'SOA', 1, []],
    ['NAM-07 a name below', 'y.h.local', 'A', 1, []],
    ['DOM-03 domain enumeration', 'b._dns-sd._udp.local', 'PTR', 1, []],
    ['NAM-09 reverse mapping', REVERSE, 'PTR', 1, [reverse]],
  ])('%s', (_title, name, type, cls, expected) => {
    expect(respond(zone, name, type, cls).answers).toEqual(expected);
  });

  it('NEG-01 denies the family that is missing', () => {
    expect(respond(zoneOf(v4Host), HOST, 'AAAA').answers).toEqual([nsec(HOST, ['A'])]);
  });

  it('RSP-02 answers for an alias with what it leads to, as far as that is ours', () => {
    const alias = (name: string, target: string) => ({
      id: name,
      claims: [name],
      records: [record(name, { type: 'CNAME', target })],
    });
    const zone = new Zone();
    for (const set of [
      v4Host,
      alias('one.local', 'two.local'),
      alias('two.local', HOST),
      alias('far.local', 'x.local'),
    ])
      zone.add(set);
    const said = (name: string, type: QuestionType) =>
      answersTo(zone, { name, type, class: 1, unicastResponse: false }).flatMap(({ records }) =>
        records.map((each) => `${each.name} ${each.type}`),
      );
    expect(said('one.local', 'A')).toEqual(['one.local CNAME', 'two.local CNAME', `${HOST} A`]);
    expect(said('two.local', 'AAAA')).toEqual(['two.local CNAME', `${HOST} NSEC`]);
    expect(said('one.local', 'CNAME')).toEqual(['one.local CNAME']);
    expect(said('one.local', 'ANY')).toEqual(['one.local CNAME']);
    expect(said('far.local', 'A')).toEqual(['far.local CNAME']);
    for (const [from, to] of [
      ['c.local', 'd.local'],
      ['d.local', 'c.local'],
    ] as const)
      zone.add(alias(from, to));
    expect(said('c.local', 'A')).toEqual(['c.local CNAME', 'd.local CNAME']);
  });

  it('SUB-01 answers for subtypes with the same instance', () => {
    const sub = `_p._sub.${TYPE}`;
    const subbed = zoneOf(host, { ...printer, records: [ptr(sub, INSTANCE), ...printer.records] });
    expect(respond(subbed, sub, 'PTR').answers).toEqual([ptr(sub, INSTANCE)]);
    expect(respond(subbed, sub, 'PTR').additionals).toEqual([...instance, ...addresses]);
    expect(respond(subbed, TYPES, 'PTR').answers).toEqual([ptr(TYPES, TYPE)]);
  });
});

describe('additionalsTo', () => {
  const zone = zoneOf(host, printer);

  it.each<[string, string, QuestionType, unknown[]]>([
    ['ADD-01 PTR', TYPE, 'PTR', [srv(INSTANCE, HOST, 8085), txt(INSTANCE, ['a=1']), ...addresses]],
    ['ADD-02 SRV', INSTANCE, 'SRV', addresses],
    ['ADD-02 TXT', INSTANCE, 'TXT', []],
    ['ADR-02 A', HOST, 'A', v6],
    ['ADR-02 AAAA', HOST, 'AAAA', [v4]],
    ['RSP-16 ANY at the host', HOST, 'ANY', []],
    ['RSP-16 ANY at the instance', INSTANCE, 'ANY', addresses],
    ['ADD-02 types', TYPES, 'PTR', []],
    ['ADD-02 reverse mapping', REVERSE, 'PTR', []],
    ['NEG-01 denial', HOST, 'TXT', []],
  ])('%s', (_title, name, type, expected) => {
    expect(respond(zone, name, type).additionals).toEqual(expected);
  });

  it('ADR-03 says that a family is missing', () => {
    const single = zoneOf(v4Host, printer);
    const none = nsec(HOST, ['A']);
    expect(respond(single, HOST, 'A').additionals).toEqual([none]);
    expect(respond(single, INSTANCE, 'SRV').additionals).toEqual([v4, none]);
    expect(respond(single, HOST, 'AAAA').additionals).toEqual([]);
  });

  it('ADD-02 leaves out addresses that are not ours', () => {
    expect(respond(zoneOf(printer), INSTANCE, 'SRV').additionals).toEqual([]);
  });

  it('skips what may not go along, but not what it leads to', () => {
    const answers = answersTo(zone, question(TYPE, 'PTR'));
    const held = zone.find(INSTANCE, 'SRV')[0];
    const additionals = additionalsTo(zone, answers, (answer) => answer !== held);
    expect(additionals.flatMap((one) => one.records)).toEqual([txt(INSTANCE, ['a=1']), ...addresses]);
  });

  it('ADD-04 is bounded', () => {
    const many = zoneOf(host, ...Array.from({ length: 200 }, (_, i) => service(`${i}`, `I${i}`)));
    const { answers, additionals } = respond(many, TYPE, 'PTR');
    expect(answers).toHaveLength(200);
    expect(additionals.length).toBeLessThanOrEqual(90);
  });
});
