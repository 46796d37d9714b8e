/**
 * Apple's Bonjour Conformance Test, as far as it can be in a minute, against the installed command on a real network. All of it,
 * on virtual time: test/conformance/bonjour.
 */
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import { judgeConditions } from '../conformance/bonjour/conditions.js';
import type { Finding } from '../conformance/bonjour/findings.js';
import type { Observed } from '../conformance/bonjour/wire.js';
import { Capture, type CapturedDatagram } from './capture.js';
import { Ours } from './ours.js';
import type { Program } from './program.js';
import { describeInterop, useWorld } from './suite.js';
import type { Host } from './world.js';

const TESTER = fileURLToPath(new URL('bonjour-tester.ts', import.meta.url));
const SERVICE = { name: 'I', type: '_t._tcp', port: 8085, txt: { a: '1' } } as const;
const SERVICE_TYPE = `${SERVICE.type}.local`;
/** Milliseconds for the longest of the tests, on a machine that is busy. */
const PATIENCE = 40_000;

/** A line of the tester. */
interface Told {
  readonly event: 'ready' | 'tested';
  readonly ids?: string;
  readonly findings?: readonly Finding[];
}

const tests = [
  ['II.1 II.2 II.2b II.4 II.5', 'probing, a denial, a lost tie-break, and one that is won'],
  ['II.6', 'names that are disputed later'],
  ['II.7', 'simple questions'],
  ['II.8', 'the delays of shared answers'],
  ['II.9', 'known answers'],
  ['II.10', 'known answers in a second packet'],
  ['II.15', 'two questions, one packet'],
  ['III.3', 'questions of those who do not speak mDNS'],
] as const;

describeInterop('Apple’s conformance test', () => {
  const { host } = useWorld({ hosts: ['device', 'tester'] });
  let capture: Capture;
  let tester: Program;

  beforeAll(async () => {
    capture = await Capture.start(host('tester'));
    tester = startTester(host('tester'), host('device'));
    await tester.until('"ready"', () => told(tester).find(({ event }) => event === 'ready'));
    new Ours(host('device'), { hostName: 'device' }).startPublishing(SERVICE);
  });

  for (const [ids, what] of tests) {
    it(`BCT ${ids} ${what}`, { timeout: PATIENCE }, async ({ annotate }) => {
      const isIt = ({ event, ids: tested }: Told) => event === 'tested' && tested === ids;
      const { findings = [] } = await tester.until(ids, () => told(tester).find(isIt), PATIENCE);
      for (const { verdict, id, what: found } of findings) await annotate(`${verdict} ${id}: ${found}`);
      expect(findings.filter(isSerious)).toEqual([]);
    });
  }

  it('BCT II.4 G-3 G-4 G-5 G-6 G-7 G-8 G-9 III.5 all packets of the device, by the time they were on the wire', async () => {
    const packets = (await capture.stop()).flatMap(observed);
    const { ipv4 = '', linkLocal = '' } = host('device');
    for (const address of [ipv4, linkLocal]) {
      const sent = packets.filter(({ from }) => from === address);
      expect(sent.length, `packets of ${address}`).toBeGreaterThan(10);
      expect(judgeConditions(packets, { address, serviceType: SERVICE_TYPE })).toEqual([]);
    }
  });
});

function startTester(on: Host, device: Host): Program {
  const argv = [process.execPath, '--import', 'tsx', TESTER, on.ipv4 ?? '', device.ipv4 ?? '', SERVICE_TYPE];
  return on.start(argv, 'bonjour-tester');
}

function told(program: Program): Told[] {
  return program.lines.map((line) => JSON.parse(line) as Told);
}

/** On a busy machine packets come late, which only earns a warning. */
function isSerious({ verdict, isTiming }: Finding): boolean {
  return verdict === 'FAIL' || isTiming !== true;
}

function observed({ at, source, sourcePort, destinationPort, ttl, payload }: CapturedDatagram): Observed[] {
  const { message } = decodeMessage(payload);
  if (!message) return [];
  return [{ time: at, from: source, fromPort: sourcePort, toPort: destinationPort, ipTtl: ttl, message }];
}
