/** A link of two ends: nobody's neighbourhood, so that it is used only by who asks for it. */
import { beforeAll, expect, it } from 'vitest';
import { Ours } from './ours.js';
import { describeInterop, useWorld } from './suite.js';
import { ip } from './world.js';

const service = { name: 'Across', type: '_http._tcp', port: 80 } as const;
const ENDS = { alpha: '198.18.5.1', beta: '198.18.5.2' } as const;

describeInterop('a tunnel', () => {
  const { host, world } = useWorld({ hosts: ['alpha', 'beta'] });

  beforeAll(async () => {
    const { namespace: one } = host('alpha');
    const { namespace: other } = host('beta');
    await world().tunnel(one, other);
    ip(`-n ${one} addr add ${ENDS.alpha} peer ${ENDS.beta} dev tun0`);
    ip(`-n ${other} addr add ${ENDS.beta} peer ${ENDS.alpha} dev tun0`);
    for (const namespace of [one, other]) ip(`-n ${namespace} link set tun0 up`);
  });

  it('is left alone, and the reason is told', async () => {
    const program = new Ours(host('alpha')).run('interfaces');
    await program.ended();
    const told = program.lines.map((line) => JSON.parse(line)).filter(({ interface: name }) => name === 'tun0');
    const reason = expect.stringContaining('choose it by name');
    expect(told).toMatchObject(['ipv4', 'ipv6'].map((family) => ({ family, state: 'unused', reason })));
    const browser = new Ours(host('beta'), { options: ['--interface', 'tun0'] }).browse(service.type);
    await new Ours(host('alpha')).publish(service);
    await expect(browser.sees(service.name, () => true, 2_000)).rejects.toThrow('did not show this');
  });

  it('is used when it is chosen, with the address of its end', async () => {
    const chosen = { options: ['--interface', 'tun0'] };
    const browser = new Ours(host('beta'), chosen).browse(service.type);
    await new Ours(host('alpha'), chosen).publish(service);
    const { addresses } = await browser.sees(service.name, (seen) => seen.addresses.includes(ENDS.alpha));
    expect(addresses).not.toContain(host('alpha').ipv4);
  });
});
