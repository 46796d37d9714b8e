import { describe, expect, it } from 'vitest';
import type { LinkStatus } from '../../src/actors/commands.js';
import { diagnose } from '../../src/cli/diagnosis.js';
import { report } from '../../src/cli/doctor.js';
import { ObservedNetwork } from '../../src/cli/observed-network.js';
import { createMdns } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';

const link: LinkStatus = {
  interface: 'eth0',
  family: 'ipv4',
  state: 'up',
  reason: undefined,
  fault: undefined,
  addresses: ['192.0.2.1'],
};
const silent = { sent: 1, unsent: undefined, hearsItself: false, portShared: false, others: new Set<string>() };

describe('a link', () => {
  const of = (over: object, noticed: object) => diagnose({ ...link, ...over }, { ...silent, ...noticed });

  it.each([
    ['unused', { state: 'unused', reason: 'it is a bridge' }, {}, 'it is a bridge', undefined],
    ['broken', { state: 'retrying', reason: 'the port is taken' }, {}, 'the port is taken', undefined],
    ['broken', {}, { sent: 0, unsent: 'there is no route' }, 'there is no route', undefined],
    ['broken', {}, { sent: 0 }, 'nothing was sent in time', '--timeout 10s'],
    ['broken', {}, {}, 'receives nothing', 'UDP port 5353'],
    ['doubtful', {}, { hearsItself: true }, 'no other host is heard', 'client isolation'],
    ['works', {}, { others: new Set(['192.0.2.2']) }, 'hears 1 other host', undefined],
    ['works', {}, { others: new Set(['192.0.2.2', '192.0.2.3']), portShared: true }, 'hears 2 other hosts', 'Avahi'],
    ['works', { addresses: ['127.0.0.1'] }, { hearsItself: true }, 'it sends and receives', undefined],
  ])('%s: %j %j', (verdict, over, noticed, text, remedy) => {
    const finding = of(over, noticed);
    expect(finding).toMatchObject({ interface: 'eth0', verdict, text: expect.stringContaining(text) });
    if (remedy === undefined) expect(finding.remedy).toBeUndefined();
    else expect(finding.remedy).toContain(remedy);
  });
});

describe('the summary', () => {
  const [works, broken, unused] = [
    diagnose(link, { ...silent, others: new Set(['192.0.2.2']) }),
    diagnose(link, silent),
    diagnose({ ...link, state: 'unused' }, silent),
  ] as const;

  it.each([
    [[works, unused], true, 'Multicast DNS works here.'],
    [[works, broken], false, 'Multicast DNS does not work on 1 of 2 links.'],
    [[unused], false, 'No interface is used: connect one, or choose one with --interface.'],
  ])('%#', (findings, healthy, text) => {
    expect(report(findings).at(-1)).toEqual({
      json: { event: 'summary', healthy, text },
      lines: [text],
      tone: healthy ? 'good' : 'bad',
    });
  });
});

it('what happens on a link is noticed', async () => {
  const lan = new SimulatedLan({ seed: 1 });
  const network = new ObservedNetwork(lan.host('one', ['198.18.0.1/24']));
  const one = createMdns({ network, ipv6: false });
  const two = createMdns({ network: lan.host('two', ['198.18.0.2/24']), ipv6: false });
  two.publish({ name: 'Web', type: 'http', port: 80 });
  one.browse().subscribe();
  lan.clock.advance(5_000);
  const noticed = network.noticed('eth0', 'ipv4');
  expect(noticed).toMatchObject({ hearsItself: true, unsent: undefined, others: new Set(['198.18.0.2']) });
  expect(noticed.sent).toBeGreaterThan(0);
  const closed = Promise.all([one.close(), two.close()]);
  lan.clock.advance(5_000);
  await closed;
});
