/** The harness itself: Avahi and python-zeroconf find each other in it, and its waits and its cleaning work. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Avahi, avahiFold, readStrings, unescapeLabel } from './avahi.js';
import { expectMeeting } from './meeting.js';
import type { Sighting } from './stack.js';
import { networks } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';
import { World } from './world.js';
import { Zeroconf } from './zeroconf.js';

const txt = { path: '/x', empty: '', flag: true, odd: 'a=b;"\\ü' } as const;

for (const { families, ipv4, ipv6 } of networks) {
  describeInterop(`Avahi and python-zeroconf over ${families}`, () => {
    const { host } = useWorld({ hosts: ['alpha', 'beta'], ipv4, ipv6 });

    it('python-zeroconf finds, resolves and loses what Avahi publishes', async () => {
      const avahi = await Avahi.start(host('alpha'));
      await expectMeeting(avahi, new Zeroconf(host('beta')), { name: 'Büro (2)', type: '_ipp._tcp', port: 631, txt });
    });

    it('Avahi finds, resolves and loses what python-zeroconf publishes', async () => {
      const avahi = await Avahi.start(host('beta'));
      await expectMeeting(new Zeroconf(host('alpha')), avahi, { name: 'Küche', type: '_http._tcp', port: 80, txt });
    });
  });
}

describeInterop('the harness', () => {
  const { host, world } = useWorld({ hosts: ['alpha', 'beta'] });

  it('hosts have their own names, networks and /run', async () => {
    expect((await host('alpha').run(['hostname'])).lines).toEqual(['alpha']);
    expect((await host('beta').run(['ls', '-A', '/run'])).lines).toEqual([]);
    const { lines } = await host('alpha').run(['ip', '-o', 'link']);
    expect(lines.map((line) => line.split(/:? /)[1]?.split('@')[0])).toEqual(['lo', 'lan0']);
  });

  it('two Avahis run side by side and tell their host names; one can be asked for the other', async () => {
    const one = await Avahi.start(host('alpha'), { hostName: 'first' });
    const other = await Avahi.start(host('beta'), { hostName: 'second' });
    expect([await one.hostName(), await other.hostName()]).toEqual(['first.local', 'second.local']);
    expect(await one.lookup('second.local', 'ipv4')).toBe(host('beta').ipv4);
    expect(await one.reverse(host('beta').ipv4 ?? '')).toBe('second.local');
    await other.publishAddress('third.local', '198.18.0.99');
    expect(await one.lookup('third.local', 'ipv4')).toBe('198.18.0.99');
  });

  it('a cable that is out keeps hosts apart; put back, they meet', async () => {
    const avahi = await Avahi.start(host('alpha'));
    host('beta').unplug();
    const browser = new Zeroconf(host('beta')).browse('_http._tcp');
    await avahi.publish({ name: 'Apart', type: '_http._tcp', port: 80 });
    await expect(browser.sees('Apart', () => true, 1_500)).rejects.toThrow('did not show this within 1500 ms');
    host('beta').plug();
    await browser.sees('Apart');
    host('alpha').down();
    expect(await new Zeroconf(host('beta')).lookup('alpha.local', 'ipv4')).toBeUndefined();
    host('alpha').up();
    expect(await new Zeroconf(host('beta')).lookup('alpha.local', 'ipv6')).toBe(host('alpha').ipv6);
  });

  it('a failed wait says what was wanted and what all programs wrote', async () => {
    const program = host('alpha').start(['sh', '-c', 'echo one; echo two >&2; exec sleep 60'], 'talker');
    host('beta').start(['sh', '-c', 'echo three; exec sleep 60'], 'other');
    await program.until('one', () => program.lines[0]);
    const failure = program.until('the moon', () => undefined, 300);
    await expect(failure).rejects.toThrow(
      /talker did not show this within 300 ms: the moon.*alpha: talker.*one.*! two.*beta: other.*three/s,
    );
    expect(await program.stop()).toMatchObject({ code: null, signal: 'SIGTERM' });
    await expect(program.until('more', () => undefined)).rejects.toThrow('ended before this was seen: more');
  });

  it('a program that ignores the signal is killed', async () => {
    const program = host('alpha').start(['sh', '-c', 'trap "" TERM; echo deaf; while :; do sleep 0.1; done']);
    await program.until('deaf', () => program.lines[0]);
    expect(await program.stop('SIGTERM', 500)).toMatchObject({ signal: 'SIGKILL' });
  });

  it('a world leaves nothing behind', async () => {
    const other = new World({ hosts: ['gamma'] });
    const program = other.host('gamma').start(['sh', '-c', 'sleep 77 & echo up; wait']);
    await program.until('up', () => program.lines[0]);
    expect(namespaces()).toContain(other.bridge);
    await other.close();
    expect(namespaces()).not.toContain(other.bridge);
    expect(existsSync(other.directory)).toBe(false);
    expect(world().programs).toEqual([]);
  });

  it('reads what avahi-browse writes', () => {
    expect(unescapeLabel('A\\032b\\.c\\059\\\\\\195\\188ü\\0402\\041')).toBe('A b.c;\\üü(2)');
    expect(readStrings('"a=1" "q=\\"x\\\\;\\195\\188" ""')).toEqual(['a=1', 'q="x\\;ü', '']);
    const present = new Map<string, Sighting>();
    const fold = avahiFold();
    fold('+;lan0;IPv4;A;_x._tcp;local', present);
    fold('+;lan0;IPv6;A;_x._tcp;local', present);
    fold('=;lan0;IPv4;A;_x._tcp;local;a.local;198.18.0.1;1;"k=a;b"', present);
    fold('=;lan0;IPv6;A;_x._tcp;local;a.local;fe80::1;1;"k=a;b"', present);
    fold('-;lan0;IPv4;A;_x._tcp;local', present);
    expect(present.get('A')).toMatchObject({ txt: { k: 'a;b' }, addresses: ['198.18.0.1', 'fe80::1'] });
    fold('-;lan0;IPv6;A;_x._tcp;local', present);
    expect(present.size).toBe(0);
  });
});

function namespaces(): string {
  return execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
}
