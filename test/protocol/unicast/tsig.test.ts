/** TSIG against what `nsupdate` and `named` sent each other, and against what an attacker could send. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTsig, sign, type TsigAlgorithm, type TsigSigner, verify } from '../../../src/protocol/unicast/tsig.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';

interface Capture {
  readonly secret: string;
  readonly messages: readonly { readonly name: string; readonly hex: string }[];
}
const capture: Capture = JSON.parse(readFileSync(new URL('nsupdate.json', import.meta.url), 'utf8'));

function captured(name: string): Uint8Array {
  const hex = capture.messages.find((message) => message.name === name)?.hex ?? '';
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function signer(algorithm: TsigAlgorithm, name: string, secret = capture.secret): TsigSigner {
  const key = Buffer.from(secret, 'base64');
  return { name, algorithm, hmac: (bytes) => createHmac(algorithm.slice('hmac-'.length), key).update(bytes).digest() };
}

const ours = signer('hmac-sha256', 'update');
const NOW = 1_700_000_000;
const message = encodeMessage({
  ...{ id: 0x1234, response: false, opcode: 5, rcode: 0, authoritative: false, truncated: false },
  questions: [{ name: 'office.example', type: 'SOA', class: 1, unicastResponse: false }],
  ...{ answers: [], authorities: [], additionals: [] },
});

function read(bytes: Uint8Array) {
  const tsig = readTsig(bytes);
  if (!tsig) throw new Error('there is no TSIG record');
  return tsig;
}

/** A reply of the server to the signed message. */
function reply(options: { error?: number; other?: Uint8Array; at?: number; with?: TsigSigner; to?: Uint8Array } = {}) {
  const { error = 0, other = new Uint8Array(), at = NOW, with: by = ours, to = sign(message, ours, NOW).mac } = options;
  return sign(message, by, at, to, { error, other }).bytes;
}

const { mac } = sign(message, ours, NOW);

describe('TSIG', () => {
  for (const [algorithm, name, suffix] of [
    ['hmac-sha256', 'update', 'sha256'],
    ['hmac-sha512', 'update512', 'sha512'],
  ] as const) {
    for (const what of ['claim', 'withdraw']) {
      it(`TSG-01 TSG-02 signs ${what} with ${algorithm} as nsupdate does, byte for byte`, () => {
        const theirs = captured(`${what}-${suffix}`);
        const { message: unsigned, time } = read(theirs);
        expect(sign(unsigned, signer(algorithm, name), time).bytes).toEqual(theirs);
      });

      it(`TSG-03 verifies the reply of named to ${what} with ${algorithm}`, () => {
        const { mac: requestMac, time } = read(captured(`${what}-${suffix}`));
        const answer = captured(`${what}-${suffix}-reply`);
        expect(verify(answer, signer(algorithm, name), time, requestMac)).toEqual({ kind: 'good' });
        expect(verify(answer, signer(algorithm, name), time, undefined)).toEqual({ kind: 'forged' });
        expect(verify(answer, signer(algorithm, name, 'AAAA'), time, requestMac)).toEqual({ kind: 'forged' });
      });
    }
  }

  it('TSG-04 what named says of a wrong key is an error, but not a certain one', () => {
    const { mac: requestMac, time } = read(captured('badsig'));
    expect(verify(captured('badsig-reply'), ours, time, requestMac)).toEqual({
      kind: 'error',
      error: 'BADSIG',
      certain: false,
    });
    expect(verify(captured('badkey-reply'), signer('hmac-sha256', 'other'), time, requestMac)).toMatchObject({
      error: 'BADKEY',
    });
  });

  it('TSG-05 a reply without a signature is refused', () => {
    expect(verify(message, ours, NOW, mac)).toEqual({ kind: 'unsigned' });
    const emptyMac = sign(message, { ...ours, hmac: () => new Uint8Array() }, NOW, mac).bytes;
    expect(verify(emptyMac, ours, NOW, mac)).toEqual({ kind: 'unsigned' });
  });

  it('TSG-03 the reply to another request, another key, another algorithm and a shortened MAC are refused', () => {
    expect(verify(reply(), ours, NOW, mac)).toEqual({ kind: 'good' });
    const another = sign(message, ours, NOW + 1).mac;
    const short = { ...ours, hmac: (bytes: Uint8Array) => ours.hmac(bytes).subarray(0, 16) };
    for (const forged of [
      reply({ to: another }),
      reply({ with: { ...ours, name: 'other' } }),
      reply({ with: signer('hmac-sha512', 'update') }),
      reply({ with: short }),
    ]) {
      expect(verify(forged, ours, NOW, mac)).toEqual({ kind: 'forged' });
    }
  });

  it('TSG-06 a reply whose time is off by more than the fudge is stale', () => {
    expect(verify(reply({ at: NOW - 300 }), ours, NOW, mac)).toEqual({ kind: 'good' });
    expect(verify(reply({ at: NOW - 301 }), ours, NOW, mac)).toEqual({ kind: 'stale' });
    expect(verify(reply({ at: NOW + 301 }), ours, NOW, mac)).toEqual({ kind: 'stale' });
  });

  it('TSG-07 BADTIME is signed and has the time of the server', () => {
    const other = Uint8Array.of(0, 0, 0x65, 0x53, 0xf3, 0x58);
    expect(verify(reply({ error: 18, other }), ours, NOW, mac)).toEqual({
      ...{ kind: 'error', error: 'BADTIME', certain: true },
      serverSeconds: 0x6553f358,
    });
    expect(verify(reply({ error: 18, other: Uint8Array.of(1) }), ours, NOW, mac)).toEqual({
      ...{ kind: 'error', error: 'BADTIME', certain: true },
    });
  });

  it('TSG-01 the names of keys compare without regard to case', () => {
    expect(verify(reply({ with: { ...ours, name: 'UPDATE' } }), ours, NOW, mac)).toEqual({ kind: 'good' });
  });

  it('TSG-03 no change of a single bit goes unnoticed', () => {
    const good = reply();
    for (let bit = 0; bit < good.length * 8; bit++) {
      const changed = good.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { kind } = verify(changed, ours, NOW, mac);
      // The id of the outer header is not signed, and letters of names have two cases.
      const isHarmless = bit < 16 || (bit & 7) === 5;
      if (!isHarmless) expect({ bit, kind }).not.toMatchObject({ kind: 'good' });
    }
  });

  it('any bytes are read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), fc.nat(255), (noise, at, byte) => {
        expect(verify(noise, ours, NOW, mac).kind).not.toBe('good');
        const changed = captured('claim-sha256-reply');
        changed[at % changed.length] = byte;
        verify(changed.subarray(0, changed.length - (at % 3)), ours, NOW, mac);
      }),
    );
  });
});
