import { beforeEach, describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { Packer } from '../../../src/protocol/wire/packer.js';
import { address, ptr, question, srv } from '../../support/records.js';
import { answer, decoded, hex, query } from './packets.js';

const QUERY = { id: 0, response: false, authoritative: false, truncated: false };
const RESPONSE = { ...QUERY, response: true, authoritative: true };
const TYPE = '_http._tcp.local';
const pointers = ['one', 'two', 'three'].map((label) => ptr(TYPE, `${label}.${TYPE}`));
const [one, two, three] = pointers as [(typeof pointers)[0], (typeof pointers)[0], (typeof pointers)[0]];
const size = (...answers: typeof pointers) => encodeMessage(answer(answers)).length;
// Measured beforehand, because encoding uses the writer that packers share.
const SIZE_OF_TWO = size(one, two);
const SIZE_WITH_THREE = size(one, three);

describe('a packet', () => {
  const packer = new Packer({ compress: true, compressSrvTarget: true, cacheFlush: true });

  beforeEach(() => packer.begin());

  it('has the parts that were added, as if they were encoded at once', () => {
    packer.add({ answers: [one] }, 1472);
    packer.add({ answers: [two], additionals: [srv(two.name, 'h.local', 80)] }, 1472);
    const message = answer([one, two], { additionals: [srv(two.name, 'h.local', 80)] });
    expect(hex(packer.finish(RESPONSE))).toBe(hex(encodeMessage(message)));
  });

  it('has its sections in order, whatever the order they were filled in', () => {
    const questions = ['a.local', 'b.local'].map((name) => question(name, 'ANY'));
    const authorities = ['a.local', 'b.local'].map((name) => address(name, '192.0.2.1'));
    packer.add({ questions: questions.slice(0, 1), authorities: authorities.slice(0, 1) }, 1472);
    packer.add({ questions: questions.slice(1), authorities: authorities.slice(1) }, 1472);
    packer.add({ answers: [one] }, 1472);
    expect(decoded(packer.finish(QUERY))).toEqual(query({ questions, answers: [one], authorities }));
  });

  it.each([
    ['the last byte fits', 0, true, [one, two]],
    ['one byte more does not', 1, false, [one]],
  ])('%s', (_, missing, fits, answers) => {
    packer.add({ answers: [one] }, 1472);
    expect(packer.add({ answers: [two] }, SIZE_OF_TWO - missing)).toBe(fits);
    expect(hex(packer.finish(RESPONSE))).toBe(hex(encodeMessage(answer(answers))));
  });

  it('takes all that is added at once, or nothing', () => {
    packer.add({ answers: [one] }, 1472);
    expect(packer.add({ answers: [two, three] }, SIZE_OF_TWO)).toBe(false);
    expect(packer.add({ questions: [question(TYPE, 'PTR')], answers: [two] }, SIZE_OF_TWO)).toBe(false);
    expect(packer.add({ answers: [three] }, SIZE_WITH_THREE)).toBe(true);
    expect(hex(packer.finish(RESPONSE))).toBe(hex(encodeMessage(answer([one, three]))));
  });

  it('is empty until something was added that fits', () => {
    expect(packer.isEmpty).toBe(true);
    packer.add({ answers: [one] }, 20);
    expect(packer.isEmpty).toBe(true);
    packer.add({ answers: [one] }, 1472);
    expect(packer.isEmpty).toBe(false);
    packer.begin();
    expect(packer.isEmpty).toBe(true);
  });

  it('begins without what an earlier one had', () => {
    packer.add({ questions: [question(TYPE, 'PTR')], answers: [one], authorities: [two], additionals: [three] }, 1472);
    packer.finish(QUERY);
    packer.begin();
    packer.add({ answers: [two] }, 1472);
    expect(hex(packer.finish(RESPONSE))).toBe(hex(encodeMessage(answer([two]))));
  });

  it('has the id and the flags that it is given', () => {
    packer.add({ answers: [one] }, 1472);
    const packet = packer.finish({ ...RESPONSE, id: 0xbeef, truncated: true });
    expect(decoded(packet)).toEqual(answer([one], { id: 0xbeef, truncated: true }));
  });

  it('SIZ-02 has at most 9000 bytes', () => {
    const many = Array.from({ length: 900 }, (_, i) => question(`n${i}.local`, 'ANY'));
    packer.add({ questions: many }, Number.POSITIVE_INFINITY);
    expect(() => packer.finish(QUERY)).toThrow('at most 9000 bytes');
  });
});
