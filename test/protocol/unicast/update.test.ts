/** Updates as `nsupdate` writes them, the lease that they ask for, and what is made of replies. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { UnicastMessage } from '../../../src/protocol/record.js';
import { outcomeOf, type RefusalCode, refused, signatureRefusal } from '../../../src/protocol/unicast/outcome.js';
import { renewalMs, retryMs } from '../../../src/protocol/unicast/renewal.js';
import { readTsig } from '../../../src/protocol/unicast/tsig.js';
import {
  added,
  grantedLease,
  nameIsFree,
  removed,
  setRemoved,
  setsAre,
  updateMessage,
} from '../../../src/protocol/unicast/update.js';
import { decodeUnicast, encodeUnicast } from '../../../src/protocol/wire/unicast.js';
import { ptr, srv, txt } from '../../support/records.js';

const ZONE = 'office.example';
const WEB = `web256._http._tcp.${ZONE}`;
const capture: { readonly messages: readonly { readonly name: string; readonly hex: string }[] } = JSON.parse(
  readFileSync(new URL('nsupdate.json', import.meta.url), 'utf8'),
);

/** What nsupdate sent, without its signature. */
function captured(name: string): UnicastMessage {
  const hex = capture.messages.find((message) => message.name === name)?.hex ?? '';
  return decoded(readTsig(Uint8Array.from(Buffer.from(hex, 'hex')))?.message ?? new Uint8Array());
}

function decoded(bytes: Uint8Array): UnicastMessage {
  const { message, faults } = decodeUnicast(bytes);
  expect(faults).toEqual([]);
  if (!message) throw new Error('there is no message');
  return message;
}

describe('DNS UPDATE', () => {
  it('DYN-01 DYN-02 is read by us as nsupdate writes it, and written as it is read', () => {
    const theirs = captured('claim-sha256');
    const ours = updateMessage(theirs.id, ZONE, {
      prerequisites: [nameIsFree(WEB)],
      updates: [
        ptr(`_http._tcp.${ZONE}`, WEB, { ttl: 10 }),
        srv(WEB, `host.${ZONE}`, 80, { ttl: 10 }),
        txt(WEB, ['a=1'], { ttl: 10 }),
      ].map(added),
    });
    expect(decoded(encodeUnicast(ours))).toEqual(theirs);
  });

  it('DYN-02 DYN-06 compares whole sets, and removes records, sets and names', () => {
    const theirs = captured('withdraw-sha256');
    // Ours never does this, because policies that name types forbid it.
    const wholeName = { name: WEB, type: 'ANY', class: 255, cacheFlush: false, ttl: 0, bare: true } as const;
    const ours = updateMessage(theirs.id, ZONE, {
      prerequisites: setsAre([srv(WEB, `host.${ZONE}`, 80)]),
      updates: [setRemoved(WEB, 'TXT'), removed(ptr(`_http._tcp.${ZONE}`, WEB)), wholeName],
    });
    expect(decoded(encodeUnicast(ours))).toEqual(theirs);
  });

  it('RFC 9664: asks for a lease, and reads the one that is granted', () => {
    const asked = decoded(
      encodeUnicast(updateMessage(1, ZONE, { prerequisites: [], updates: [], leaseSeconds: 70_000 })),
    );
    expect(asked.additionals).toEqual([
      {
        ...{ name: '.', type: 'OPT', class: 1232, cacheFlush: false, ttl: 0 },
        rdata: Uint8Array.of(0, 2, 0, 4, 0, 1, 0x11, 0x70),
      },
    ]);
    expect(grantedLease(asked)).toBe(70_000);
    const granted = (...rdata: number[]) =>
      grantedLease({
        ...asked,
        additionals: [{ name: '.', type: 'OPT', class: 512, cacheFlush: false, ttl: 0, rdata: Uint8Array.from(rdata) }],
      });
    // After another option, with a lease for the key, and what is not a lease.
    expect(granted(0, 3, 0, 1, 9, 0, 2, 0, 8, 0, 0, 0, 60, 0, 0, 1, 0)).toBe(60);
    expect(granted(0, 2, 0, 4, 0, 0, 0, 0)).toBeUndefined();
    expect(granted(0, 2, 0, 2, 0, 1)).toBeUndefined();
    expect(granted(0, 2, 0xff)).toBeUndefined();
    expect(grantedLease({ ...asked, additionals: [] })).toBeUndefined();
  });
});

describe('what became of an update', () => {
  const attempt = {
    zone: ZONE,
    name: WEB,
    signer: { name: 'update', algorithm: 'hmac-sha256' } as const,
    epochSeconds: 1_700_000_000,
  };

  it('DYN-05 is done, denied by a prerequisite, or refused with what to do about it', () => {
    expect(outcomeOf(0, 60, attempt)).toEqual({ kind: 'done', leaseSeconds: 60 });
    for (const rcode of [3, 6, 7, 8]) expect(outcomeOf(rcode, undefined, attempt)).toEqual({ kind: 'denied' });
    for (const [rcode, code, words] of [
      [1, 'FORMERR', 'log'],
      [2, 'SERVFAIL', 'max-records-per-type 0'],
      [4, 'NOTIMP', 'takes no updates'],
      [5, 'REFUSED', 'does not let the key "update" change "web256._http._tcp.office.example"'],
      [9, 'NOTAUTH', 'not the primary of the zone "office.example"'],
      [10, 'NOTZONE', 'is not in the zone'],
      [11, 'unexpected', 'RCODE 11'],
    ] as const) {
      expect(outcomeOf(rcode, undefined, attempt)).toEqual({
        kind: 'refused',
        refusal: { code, reason: expect.stringContaining(words) },
      });
    }
    expect(outcomeOf(5, undefined, { ...attempt, signer: undefined })).toMatchObject({
      refusal: { reason: expect.stringContaining('does not let updates without a key change') },
    });
    expect(outcomeOf(9, undefined, { ...attempt, signer: undefined })).toMatchObject({
      refusal: { reason: expect.stringContaining('give a "key"') },
    });
  });

  it('DYN-05 says what is wrong with the signature, and how far the clocks are apart', () => {
    const outcome = (error: 'BADSIG' | 'BADKEY' | 'BADTIME' | 'BADTRUNC', serverSeconds?: number) =>
      signatureRefusal(
        { kind: 'error', error, certain: true, ...(serverSeconds !== undefined && { serverSeconds }) },
        attempt,
      );
    expect(outcome('BADSIG')).toMatchObject({ code: 'BADSIG', reason: expect.stringContaining('another secret') });
    expect(outcome('BADKEY')).toMatchObject({ reason: expect.stringContaining('"update" with hmac-sha256') });
    expect(outcome('BADTIME', 1_700_000_600)).toMatchObject({
      reason: expect.stringContaining('clock is 10 min behind'),
    });
    expect(outcome('BADTIME', 1_699_999_400)).toMatchObject({
      reason: expect.stringContaining('clock is 10 min ahead'),
    });
    expect(outcome('BADTIME')).toMatchObject({ reason: expect.stringContaining('NTP') });
    expect(outcome('BADTRUNC')).toMatchObject({ reason: expect.stringContaining('longer signature') });
    for (const code of ['unsigned', 'unanswered', 'no-zone'] satisfies RefusalCode[]) {
      expect(refused(code, attempt).reason).toMatch(/^[A-Z].*"(?:server|update)".*\.$/);
    }
  });

  it('is tried again at growing intervals, later if another configuration is needed', () => {
    expect([0, 1, 2, 20].map((failures) => retryMs('unanswered', failures, 0))).toEqual([1_000, 2_000, 4_000, 300_000]);
    expect(retryMs('REFUSED', 0, 0)).toBe(15_000);
    expect(retryMs('REFUSED', 0, 0.5)).toBe(14_250);
    expect([renewalMs(undefined, 0), renewalMs(100, 0), renewalMs(100, 0.5)]).toEqual([900_000, 80_000, 76_000]);
  });
});
