import { describe, expect, it } from 'vitest';
import { call, Neighbours } from './command.js';

describe.concurrent('the demo', () => {
  it('shows two hosts that find, resolve and lose each other, and ends with code 0', async () => {
    const program = await call('demo');
    expect(program.exit).toMatchObject({ code: 0 });
    expect(program.errors).toEqual([]);
    const text = program.lines.join('\n');
    expect(text.match(/^\d\. /gm)).toHaveLength(6);
    for (const line of [
      'system1  announced "system1" at system1.local:2001',
      'system2  announced "system2" at system2.local:2002',
      'system1  found "system2" at system2.local:2002',
      'system2  found "system1" at system1.local:2001',
      'SRV   host system1.local, port 2001',
      'TXT   role="name server", root',
      'A     127.0.0.1 on lo',
      'system2  lost "system1"',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('can be stopped', async () => {
    await using lan = new Neighbours();
    const program = lan.startPlain('demo');
    await program.until('step 2', () => program.lines.find((line) => line.startsWith('2.')));
    const exit = await program.stop('SIGINT');
    expect(exit).toMatchObject({ code: 0, signal: null });
  });
});
