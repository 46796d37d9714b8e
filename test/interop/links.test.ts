/** Cables that come out and interfaces that go down, while ours runs (RFC 6762 sections 8.1 and 8.3, "connectivity change"). */
import { fileURLToPath } from 'node:url';
import { decode } from 'dns-packet';
import { afterEach, expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { Capture } from './capture.js';
import { Ours } from './ours.js';
import { describeInterop, useWorld } from './suite.js';
import { PYTHON, Zeroconf } from './zeroconf.js';

/** Ours looks at its interfaces every second or two, then opens sockets, probes and announces. */
const NOTICE_MS = 20_000;

describeInterop('links that go and come back', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });
  const service = { name: 'Steady', type: '_http._tcp', port: 80 } as const;

  afterEach(() => {
    host('alpha').plug();
    host('alpha').up();
  });

  it('an interface that goes down and up again is used again, to publish', async () => {
    const ours = await new Ours(host('alpha')).publish(service);
    host('alpha').down();
    const browser = new Zeroconf(host('beta')).browse(service.type);
    await expect(browser.sees(service.name, () => true, 2_000)).rejects.toThrow('did not show this');
    host('alpha').up();
    await browser.sees(service.name, () => true, NOTICE_MS);
    expect(await ours.withdraw()).toMatchObject({ code: 0 });
    await browser.loses(service.name);
  });

  it('an interface that goes down and up again is used again, to watch', async () => {
    const browser = new Ours(host('alpha')).browse(service.type);
    const avahi = await Avahi.start(host('beta'));
    await avahi.publish(service);
    await browser.sees(service.name);
    host('alpha').down();
    await browser.loses(service.name, NOTICE_MS);
    host('alpha').up();
    await browser.sees(service.name, () => true, NOTICE_MS);
  });

  it('a cable that was out loses nothing', async () => {
    const [ours, browser] = [new Ours(host('alpha')), new Ours(host('alpha')).browse('_ipp._tcp')];
    await ours.publish(service);
    const avahi = await Avahi.start(host('beta'));
    await avahi.publish({ name: 'Far', type: '_ipp._tcp', port: 1 });
    await browser.sees('Far');
    host('alpha').unplug();
    await expect(browser.loses('Far', 1_000)).rejects.toThrow('did not show this');
    host('alpha').plug();
    await new Zeroconf(host('beta')).browse(service.type).sees(service.name, () => true, NOTICE_MS);
    await browser.sees('Far');
  });

  it('a cable that was out for a moment has ours probe and announce anew', async () => {
    await new Ours(host('alpha')).publish(service);
    const capture = await Capture.start(host('beta'));
    host('alpha').unplug();
    host('alpha').plug();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const said = (await capture.stop())
      .filter(({ source }) => host('alpha').addresses.includes(source))
      .map(({ payload }) => decode(payload));
    const probes = said.filter(({ type, authorities = [] }) => type === 'query' && authorities.length > 0);
    const announcements = said.filter(({ answers = [] }) => answers.some(({ type }) => type === 'SRV'));
    expect(probes.length).toBeGreaterThanOrEqual(6);
    expect(announcements.length).toBeGreaterThanOrEqual(4);
  });

  it('an interface that appears after the start is used', async () => {
    host('alpha').down();
    const program = new Ours(host('alpha')).startPublishing(service);
    const browser = new Zeroconf(host('beta')).browse(service.type);
    await expect(program.until('an end', () => program.exit, 1_500)).rejects.toThrow('did not show this');
    host('alpha').up();
    await browser.sees(service.name, () => true, NOTICE_MS);
  });
});

describeInterop('a port that another program holds for itself alone', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'], ipv6: false });
  const service = { name: 'Patient', type: '_http._tcp', port: 80 } as const;

  it('is told with what to do, and taken as soon as it is free', async () => {
    const hog = host('alpha').start([PYTHON, '-B', fileURLToPath(new URL('peers/hog.py', import.meta.url))]);
    await hog.until('"held"', () => hog.lines[0]);
    const program = new Ours(host('alpha')).startPublishing(service);
    await program.until('the reason', () => program.errors.find((line) => line.includes('EADDRINUSE')));
    expect(program.errors.join('\n')).toMatch(/another program has bound UDP port 5353 exclusively\. Stop it/);
    await hog.stop();
    await new Zeroconf(host('beta')).browse(service.type).sees(service.name, () => true, NOTICE_MS);
  });
});
