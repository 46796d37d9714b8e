/** The commands that are not covered by what stacks have in common, with Avahi as the neighbour. */
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { CLI, events, Ours } from './ours.js';
import { jsonLine } from './stack.js';
import { describeInterop, useWorld } from './suite.js';
import { LAN } from './world.js';

describeInterop('the command line beside Avahi', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  it('publish --exec: avahi-browse sees the service while the command runs, and no longer', async () => {
    const avahi = await Avahi.start(host('beta'));
    const browser = avahi.browse('_http._tcp');
    const script = 'process.on("SIGUSR2", () => process.exit(5)); setInterval(() => {}, 1e6); console.log(process.pid)';
    const words = ['publish', 'My Site', 'http', '3000', 'path=/', '--exec', process.execPath, '-e', script];
    const publisher = host('alpha').start([process.execPath, CLI, ...words], 'mdns-actors publish --exec');
    const pid = await publisher.until('the process of the command', () => publisher.lines[0]);
    await browser.sees('My Site', ({ port, txt }) => port === 3000 && txt.path === '/');
    process.kill(Number(pid), 'SIGUSR2');
    await browser.loses('My Site');
    expect(await publisher.ended()).toMatchObject({ code: 5 });
  });

  it('browse --all and discover --all find what Avahi publishes, whatever its type', async () => {
    const avahi = await Avahi.start(host('alpha'));
    await avahi.publish({ name: 'Drucker', type: '_ipp._tcp', port: 631, txt: { rp: 'ipp/print' } });
    await avahi.publish({ name: 'Sender', type: '_other._udp', port: 9 });
    const ours = new Ours(host('beta'));
    const browser = ours.run('browse', '--all');
    const up = (name: string) => events(browser, 'up').find((event) => event.name === name);
    await browser.until('both services', () => up('Drucker') && up('Sender'));
    expect(up('Drucker')).toMatchObject({ port: 631, url: 'ipp://alpha.local/ipp/print' });
    const found = ours.run('discover', '--all');
    expect(await found.ended()).toMatchObject({ code: 0 });
    expect(events(found, 'up').map(({ name }) => name)).toEqual(expect.arrayContaining(['Drucker', 'Sender']));
  });

  it('reverse, watch-host and reconfirm know a host of Avahi, and notice when it is gone', async () => {
    const avahi = await Avahi.start(host('alpha'));
    await avahi.publish({ name: 'Drucker', type: '_ipp._tcp', port: 631 });
    const ours = new Ours(host('beta'));
    const reverse = ours.run('reverse', host('alpha').ipv4 ?? '');
    const confirmed = ours.run('reconfirm', 'Drucker', '_ipp._tcp');
    const watcher = ours.run('watch-host', 'alpha.local');
    for (const program of [reverse, confirmed]) expect(await program.ended()).toMatchObject({ code: 0 });
    expect(events(reverse, 'found')).toMatchObject([{ address: host('alpha').ipv4, name: 'alpha.local' }]);
    expect(events(confirmed, 'confirmed')).toMatchObject([{ name: 'Drucker', host: 'alpha.local', port: 631 }]);
    await watcher.until('"found"', () => events(watcher, 'found')[0]);
    await avahi.daemon.stop('SIGTERM');
    await watcher.until('"lost"', () => events(watcher, 'lost')[0]);
    const gone = ours.run('reconfirm', 'Drucker', '_ipp._tcp', '--timeout', '2s');
    expect(await gone.ended()).toMatchObject({ code: 1 });
    expect(gone.errors.join()).toContain('"Drucker" has not answered within 2000 ms');
  });
});

describeInterop('doctor', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });
  const examine = async (name: string) => {
    const doctor = new Ours(host(name)).run('doctor');
    const { code } = await doctor.ended();
    const findings = doctor.lines.flatMap((line) => jsonLine(line) ?? []);
    return { code, lan: findings.filter((finding) => Reflect.get(finding, 'interface') === LAN) };
  };

  it('doubts a network without others, and is content with one', async () => {
    const alone = await examine('alpha');
    expect(alone.code).toBe(0);
    expect(alone.lan).toMatchObject([
      { event: 'doubtful', family: 'ipv4', text: 'it sends and receives, but no other host is heard' },
      { event: 'doubtful', family: 'ipv6' },
    ]);
    const avahi = await Avahi.start(host('beta'));
    await avahi.publish({ name: 'Page', type: '_http._tcp', port: 80 });
    const together = await examine('alpha');
    expect(together.lan).toMatchObject([
      { event: 'works', family: 'ipv4', text: 'it sends and receives, and hears 1 other host' },
      { event: 'works', family: 'ipv6' },
    ]);
    const beside = await examine('beta');
    expect(beside.lan[0]).toMatchObject({ remedy: expect.stringContaining('Another responder') });
  });

  it('names the firewall that drops what comes in, and the one that forbids to send', async () => {
    const nft = (...words: readonly string[]) => host('alpha').run(['nft', ...words]);
    await nft('add table inet trial');
    await nft('add chain inet trial in { type filter hook input priority 0; }');
    await nft('add rule inet trial in udp dport 5353 drop');
    const deaf = await examine('alpha');
    expect(deaf.code).toBe(1);
    expect(deaf.lan[0]).toMatchObject({ event: 'broken', remedy: expect.stringContaining('UDP port 5353') });
    await nft('delete table inet trial');
    await nft('add table inet trial');
    await nft('add chain inet trial out { type filter hook output priority 0; }');
    await nft('add rule inet trial out udp dport 5353 drop');
    const mute = await examine('alpha');
    expect(mute.code).toBe(1);
    expect(mute.lan[0]).toMatchObject({ event: 'broken', text: expect.stringContaining('EPERM') });
    await nft('delete table inet trial');
  });
});
