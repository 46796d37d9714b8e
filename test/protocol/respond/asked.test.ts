import { describe, expect, it } from 'vitest';
import { askedOf, isOursAlone, splitProbes } from '../../../src/protocol/respond/asked.js';
import { Zone } from '../../../src/protocol/respond/zone.js';
import { address, question, srv, txt } from '../../support/records.js';
import { HOST, host, INSTANCE, printer, query, TYPE } from './responder-bench.js';

const zone = new Zone();
zone.add(host);
zone.add(printer);

describe('askedOf', () => {
  it('RSP-03 has the questions to which there are answers', () => {
    const asked = askedOf(zone, [
      question(HOST, 'A'),
      question('x.local', 'A'),
      question(TYPE, 'A'),
      question(TYPE, 'PTR'),
    ]);
    expect(asked.map(({ question: { name } }) => name)).toEqual([HOST, TYPE]);
  });

  it('looks at a question once, but QU and QM apart', () => {
    const asked = [
      question(HOST, 'A'),
      question('H.local', 'A'),
      question(HOST, 'A', { qu: true }),
      question(HOST, 'A', { qu: true }),
    ];
    expect(askedOf(zone, asked).map((one) => one.question.unicastResponse)).toEqual([false, true]);
  });

  it('SEC-02 takes hundreds of types that one NSEC record denies for one question, but not those of a probe', () => {
    const types = Array.from({ length: 500 }, (_, i) => question(INSTANCE, `TYPE${1_000 + i}`));
    expect(askedOf(zone, types)).toHaveLength(1);
    expect(askedOf(zone, types, true)).toHaveLength(500);
    const both = [
      question(INSTANCE, 'TYPE1000'),
      question(INSTANCE, 'TYPE1001', { qu: true }),
      question(HOST, 'TYPE1000'),
    ];
    expect(askedOf(zone, both).map((one) => one.question)).toEqual(both);
  });
});

describe('splitProbes', () => {
  it.each([
    ['RSP-14 without Authority', 'ANY', [], false],
    ['RSP-14 with another name', 'ANY', [address(HOST, '192.0.2.1')], false],
    ['RSP-14 with another type', 'TXT', [srv(INSTANCE, HOST, 1)], false],
    ['PRB-11 ANY', 'ANY', [txt(INSTANCE, ['b=2'])], true],
    ['PRB-11 one type, another case', 'SRV', [srv(INSTANCE.toUpperCase(), HOST, 1)], true],
  ] as const)('%s', (_title, type, authorities, isProbe) => {
    const asked = askedOf(zone, [question(INSTANCE, type)]);
    const split = splitProbes(query([], { authorities }), asked);
    expect(split).toEqual(isProbe ? { probes: asked, ordinary: [] } : { probes: [], ordinary: asked });
  });

  it('does not defend shared names', () => {
    const asked = askedOf(zone, [question(TYPE, 'ANY')]);
    const split = splitProbes(query([], { authorities: [{ ...srv(INSTANCE, HOST, 1), name: TYPE }] }), asked);
    expect(split).toEqual({ probes: [], ordinary: asked });
  });
});

describe('isOursAlone', () => {
  it.each([
    ['RSP-05 one question, unique answers', [question(HOST, 'A')], {}, true],
    ['RSP-06 a shared answer', [question(TYPE, 'PTR')], {}, false],
    ['RSP-08 A-28 two questions', [question(HOST, 'A'), question('x.local', 'A')], {}, false],
    ['RSP-07 truncated', [question(HOST, 'A')], { truncated: true }, false],
  ])('%s', (_title, questions, more, alone) => {
    expect(isOursAlone(query(questions, more), askedOf(zone, questions))).toBe(alone);
  });
});
