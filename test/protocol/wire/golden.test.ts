/** Packets that other implementations really sent, one file each. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { decoded } from './packets.js';

interface Golden {
  readonly name: string;
  readonly hex: string;
  /** A part of the message that has to be there. */
  readonly expect?: object;
}

const folder = new URL('golden/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
const goldens = files.sort().map((file): Golden => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));

describe('golden packets', () => {
  it('CMP-03 names are told apart, so that a failure says which', () => {
    expect(new Set(goldens.map(({ name }) => name)).size).toBe(files.length);
  });

  for (const golden of goldens) {
    it(`CMP-03 ${golden.name} reads without a fault and survives being written again`, () => {
      const packet = Uint8Array.from(Buffer.from(golden.hex, 'hex'));
      const { message, faults } = decodeMessage(packet);
      expect(faults).toEqual([]);
      if (golden.expect !== undefined) expect(message).toMatchObject(golden.expect);
      const again = encodeMessage(decoded(packet));
      expect(decodeMessage(again)).toEqual({ message, faults: [] });
    });
  }
});
