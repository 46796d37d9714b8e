import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Output } from '../../src/cli/output.js';
import { painted } from '../../src/cli/terminal/style.js';

/** A stream that keeps what it takes, or breaks with a code. */
class Sink extends Writable {
  text = '';
  fault: string | undefined;

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    if (this.fault === undefined) this.text += chunk.toString();
    done(this.fault === undefined ? undefined : Object.assign(new Error(this.fault), { code: this.fault }));
  }
}

function setUp() {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const seen = { closed: 0 };
  const out = new Output({ stdout, stderr, onClosed: () => seen.closed++ });
  return { stdout, stderr, out, seen };
}

const result = { json: { event: 'up', name: 'a\x9bb' }, lines: ['up  a', '    b'] };

describe('output', () => {
  it('writes results for people or for programs, and nothing else, to standard output', async () => {
    const { stdout, stderr, out } = setUp();
    out.result(result);
    out.json = true;
    out.result(result);
    out.message('It is \x1bbroken.');
    await out.flush();
    expect(stdout.text).toBe('up  a\n    b\n{"event":"up","name":"a\\u009bb"}\n');
    expect(stderr.text).toBe('mdns-actors: It is \\u001bbroken.\n');
    expect(out.fault).toBeUndefined();
  });

  it('has good and bad news in colour, where there are colours', async () => {
    const { stdout, out } = setUp();
    out.result({ ...result, tone: 'bad' });
    out.paint = painted;
    out.result({ ...result, tone: 'bad' });
    out.result({ ...result, tone: 'good' });
    out.result(result);
    await out.flush();
    expect(stdout.text.split('\n').filter((line) => line.includes('up'))).toEqual([
      'up  a',
      '\x1b[31mup  a\x1b[39m',
      '\x1b[32mup  a\x1b[39m',
      'up  a',
    ]);
  });

  it('tells when nobody reads it any more, which is no fault', async () => {
    const { stdout, out, seen } = setUp();
    stdout.fault = 'EPIPE';
    out.result(result);
    await out.flush();
    expect(seen.closed).toBe(1);
    expect(out.fault).toBeUndefined();
    out.result(result);
    await out.flush();
  });

  it('keeps in mind why results were lost', async () => {
    const { stdout, out, seen } = setUp();
    stdout.fault = 'ENOSPC';
    out.result(result);
    await out.flush();
    expect(seen.closed).toBe(1);
    expect(out.fault).toBe('Standard output cannot be written: ENOSPC.');
  });

  it('does not end when its messages are not read', async () => {
    const { stderr, out, seen } = setUp();
    stderr.fault = 'EPIPE';
    out.message('Hello?');
    out.message('Hello?');
    await out.flush();
    expect(seen.closed).toBe(0);
  });
});
