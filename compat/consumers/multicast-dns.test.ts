/** Programs from npm that use multicast-dns, unchanged, on the replacement. */
import { beforeAll, expect, it } from 'vitest';
import { Avahi } from '../../test/interop/avahi.js';
import type { Program } from '../../test/interop/program.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { routeMulticast } from '../contracts/program.js';
import { startOriginal, startRedirected } from './program.js';

/** The first line of a program that has this in it. */
async function line(program: Program, text: string): Promise<Record<string, unknown>> {
  const found = await program.until(text, () => program.lines.find((each) => each.includes(text)));
  return JSON.parse(found) as Record<string, unknown>;
}

describeInterop('programs with multicast-dns', () => {
  const { host } = useWorld({ hosts: ['device', 'other'] });
  beforeAll(() => {
    routeMulticast(host('device'));
    routeMulticast(host('other'));
  });

  it('@libp2p/mdns finds a peer that uses the original, and is found by it', async () => {
    const [device, other] = [host('device'), host('other')];
    const ours = startRedirected(device, 'libp2p.mjs', device.ipv4 ?? '');
    const theirs = startOriginal(other, 'libp2p.mjs', other.ipv4 ?? '');
    const [{ id }, { id: theirId }] = await Promise.all([line(ours, '"id"'), line(theirs, '"id"')]);
    const [found, foundByThem] = await Promise.all([line(ours, '"found"'), line(theirs, '"found"')]);
    expect(found).toEqual({ found: theirId, at: [`/ip4/${other.ipv4}/tcp/4001`] });
    expect(foundByThem).toEqual({ found: id, at: [`/ip4/${device.ipv4}/tcp/4001`] });
    expect(await ours.stop()).toMatchObject({ code: 0 });
    expect(ours.errors).toEqual([]);
  });

  it('chromecast-api finds a device that Avahi publishes', async () => {
    const avahi = await Avahi.start(host('other'));
    const txt = { id: 'a1b2', fn: 'Living Room', md: 'Chromecast' };
    await avahi.publish({ name: 'Chromecast-a1b2', type: '_googlecast._tcp', port: 8009, txt });
    const client = startRedirected(host('device'), 'chromecast.cjs');
    expect(await line(client, '"friendlyName"')).toEqual({
      name: 'Chromecast-a1b2._googlecast._tcp.local',
      friendlyName: 'Living Room',
      host: 'other.local',
    });
    expect(await client.stop()).toMatchObject({ code: 0 });
    expect(client.errors).toEqual([]);
  });
});
