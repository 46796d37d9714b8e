/** Names of several labels, aliases (CNAME), and services of the machine's own Avahi name, as Avahi and dig find them. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import type { Program } from './program.js';
import { describeInterop, useWorld } from './suite.js';
import type { Host } from './world.js';
import { Zeroconf } from './zeroconf.js';

const PACKAGE = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** A program of a few lines on a host; resolves when it has said "ready". */
async function running(on: Host, body: string): Promise<Program> {
  const code = `import { createMdns } from ${JSON.stringify(PACKAGE)};\n${body}\nconsole.log('ready');`;
  const program = on.start([process.execPath, '--input-type=module', '--eval', code], 'our program');
  await program.until('"ready"', () => program.lines.find((line) => line === 'ready'));
  return program;
}

describeInterop('other names of hosts', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  it('Avahi resolves a name of several labels, and an alias', async () => {
    const avahi = await Avahi.start(host('beta'));
    await running(
      host('alpha'),
      `const mdns = createMdns({ hostname: 'nas' });
       await mdns.publishHost({ name: 'git.nas.local', aliasOf: 'nas' }).announced;
       await mdns.publishHost({ name: 'disk.nas.local' }).announced;`,
    );
    expect(await avahi.lookup('git.nas.local', 'ipv4')).toBe(host('alpha').ipv4);
    expect(await avahi.lookup('disk.nas.local', 'ipv4')).toBe(host('alpha').ipv4);
  });

  it('dig gets the alias and what it leads to in one answer', async () => {
    await running(
      host('alpha'),
      `const mdns = createMdns({ hostname: 'nas' });
       await mdns.publishHost({ name: 'www', aliasOf: 'nas' }).announced;`,
    );
    const dig = ['dig', '-p', '5353', `@${host('alpha').ipv4}`, '+short', '+tries=1', '+time=3', 'www.local', 'A'];
    const { lines } = await host('beta').run(dig);
    expect(lines).toEqual(['nas.local.', host('alpha').ipv4]);
  });

  it("a service of the machine's own Avahi name is found there, and Avahi keeps that name", async () => {
    const avahi = await Avahi.start(host('alpha'));
    await running(
      host('alpha'),
      `const mdns = createMdns();
       const service = mdns.publish({ name: 'Web', type: 'http', port: 80, host: 'alpha', claimHost: false });
       await service.announced;`,
    );
    const remote = new Zeroconf(host('beta')).browse('_http._tcp');
    expect(await remote.sees('Web')).toMatchObject({ host: 'alpha.local', port: 80 });
    expect(await avahi.hostName()).toBe('alpha.local');
    expect(avahi.daemon.errors.filter((line) => /conflict|withdraw/i.test(line))).toEqual([]);
  });
});
