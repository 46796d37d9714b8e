import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { hmacWith, readKeyFile, type TsigKey, tsigKey } from '../../src/net/tsig-key.js';
import { thrownBy } from '../support/thrown-by.js';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const folder = mkdtempSync(join(tmpdir(), 'key-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string, mode = 0o600): string {
  const path = join(folder, 'key');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const hex = (key: TsigKey) => Buffer.from(hmacWith(key)(Buffer.from('Hi There'))).toString('hex');

describe('a TSIG key', () => {
  it('computes the HMAC of RFC 4231 section 4.2', () => {
    const secret = Buffer.alloc(20, 0x0b).toString('base64');
    expect(hex(tsigKey('k', secret))).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7');
    expect(hex(tsigKey('k', secret, 'hmac-sha512'))).toMatch(/^87aa7cdea5ef619d4ff0b4241a1d6cb0/);
  });

  it('does not show its secret, and passes to another thread', () => {
    const key = tsigKey('k', SECRET);
    const bytes = Buffer.from(SECRET, 'base64').toString();
    for (const text of [JSON.stringify(key), inspect(key, { depth: 9, showHidden: true })]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(bytes);
    }
    expect(hex(structuredClone(key))).toBe(hex(key));
  });

  it('refuses a secret that is not Base64, without printing it', () => {
    for (const secret of ['', 'not base64!', 'abc', 'YWJj=']) {
      const { code, message } = thrownBy(() => tsigKey('k', secret)) as { code?: string; message: string };
      expect([code, message]).toEqual(['invalid-option', expect.stringContaining('"k" is not Base64')]);
      if (secret !== '') expect(message).not.toContain(secret);
    }
  });
});

describe('a key file', () => {
  it('is read as tsig-keygen writes it', () => {
    const { name, algorithm } = readKeyFile(
      fileWith(`key "office-key" {\n\talgorithm hmac-sha512;\n\tsecret "${SECRET}";\n};\n`),
    );
    expect([name, algorithm]).toEqual(['office-key', 'hmac-sha512']);
    expect(readKeyFile(fileWith(`# a comment\nkey k { secret ${SECRET}; algorithm HMAC-SHA256; };`, 0o640)).name).toBe(
      'k',
    );
  });

  it.skipIf(process.platform === 'win32')('must not be open to every user', () => {
    const path = fileWith(`key k { algorithm hmac-sha256; secret "${SECRET}"; };`, 0o644);
    expect(thrownBy(() => readKeyFile(path))).toMatchObject({
      code: 'invalid-option',
      message: `The key file ${JSON.stringify(path)} can be used by every user: chmod 600 ${path}.`,
    });
  });

  it('is refused if there is no key in it, and its contents are not printed', () => {
    for (const [text, why] of [
      ['key k { };', 'has no key: make one with "tsig-keygen -a hmac-sha256 NAME"'],
      [`// key k { algorithm hmac-sha256; secret "${SECRET}"; };`, 'has no key'],
      [`key k { algorithm hmac-md5; secret "${SECRET}"; };`, 'has a key for hmac-md5: use hmac-sha256 or hmac-sha512'],
      ['x'.repeat(70_000), 'is too long for a key'],
    ] as const) {
      const { message } = thrownBy(() => readKeyFile(fileWith(text))) as Error;
      expect(message).toContain(why);
      expect(message).not.toContain(SECRET);
    }
  });

  it('is refused with what to do if it is missing, or is a folder', () => {
    const missing = join(folder, 'missing');
    chmodSync(folder, 0o755);
    for (const [path, why] of [
      [missing, 'cannot be read (ENOENT): check its path, and that this user can read it'],
      [folder, 'is not a file: give the path of the file in it'],
    ] as const) {
      const message = `The key file ${JSON.stringify(path)} ${why}.`;
      expect(thrownBy(() => readKeyFile(path))).toMatchObject({ code: 'invalid-option', message });
    }
  });
});
