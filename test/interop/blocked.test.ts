/**
 * A main thread that is blocked for two of every two and a half seconds, with the system in a worker and in process, at the same
 * time and on the same network: how soon each answers and defends its name, how it probes, and whether a rival takes its name.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decode } from 'dns-packet';
import { expect, it } from 'vitest';
import { median } from '../threads/blocked.js';
import { Avahi } from './avahi.js';
import { Capture, type CapturedDatagram } from './capture.js';
import { events } from './ours.js';
import type { Program } from './program.js';
import type { Stack } from './stack.js';
import { describeInterop, useWorld } from './suite.js';
import type { Host } from './world.js';
import { PYTHON, Zeroconf } from './zeroconf.js';

const LIBRARY = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const [BUSY, ASKER] = ['busy.mjs', 'asker.py'].map((name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url)));
const TYPE = '_http._tcp';
/** Questions, and as many probes. */
const ROUNDS = 8;
/** Milliseconds that two probes are apart at most: section 8.1 has 250. */
const PROBES_APART = 300;
/** Milliseconds by which a busy machine may delay either of two. */
const BUSY_MS = 100;

const busy = (host: Host, where: 'worker' | 'process', name: string): Program =>
  host.start([process.execPath, BUSY ?? '', pathToFileURL(LIBRARY).href, where, name, TYPE], `busy.mjs ${where}`);

const ask = (host: Host, name: string): Program =>
  host.start(
    [PYTHON, '-B', ASKER ?? '', '--ipv4', host.ipv4 ?? '', `${name}.${TYPE}.local`, String(ROUNDS)],
    `asker.py ${name}`,
  );

/** Milliseconds of each; null for what was not answered in time. */
const delays = (asker: Program, event: 'answered' | 'defended'): (number | null)[] =>
  events(asker, event).map((line) => (line as { readonly ms?: number | null }).ms ?? null);

describeInterop('a main thread that is blocked', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta', 'gamma'], ipv6: false });

  it('costs no answer and no name with a worker, and a fifth of the time that it takes in process at most', {
    timeout: 120_000,
  }, async () => {
    const capture = await Capture.start(host('gamma'));
    const programs = [busy(host('alpha'), 'worker', 'Worker'), busy(host('beta'), 'process', 'Process')] as const;
    for (const each of programs) await each.until('"announced"', () => events(each, 'announced')[0], 20_000);
    const [worker, inProcess] = ['Worker', 'Process'].map((name) => ask(host('gamma'), name)) as [Program, Program];
    for (const asker of [worker, inProcess]) expect((await asker.ended(60_000)).code, asker.transcript()).toBe(0);
    for (const event of ['answered', 'defended'] as const) {
      const inTime = delays(worker, event).filter((ms) => ms !== null);
      expect(inTime, `${event} in time`).toHaveLength(ROUNDS);
      // One that was not answered in time took longer than that.
      const late = delays(inProcess, event).map((ms) => ms ?? Number.POSITIVE_INFINITY);
      expect(5 * median(inTime), `milliseconds until ${event}, five times`).toBeLessThan(median(late));
    }
    const packets = await capture.stop();
    const [gaps, gapsInProcess] = [host('alpha'), host('beta')].map((each) => probeGaps(packets, each));
    expect(gaps).toHaveLength(2);
    for (const gap of gaps ?? []) expect(gap).toBeLessThan(PROBES_APART + BUSY_MS);
    expect(Math.max(...(gapsInProcess ?? []))).toBeGreaterThan(1_000);
    expect(events(programs[0], 'renamed')).toEqual([]);
  });

  it.each<[string, () => Promise<Stack>]>([
    ['Avahi', () => Avahi.start(host('gamma'))],
    ['python-zeroconf', async () => new Zeroconf(host('gamma'))],
  ])('keeps its name when %s wants it, if the system is in a worker', async (_, start) => {
    const rival = await start();
    const program = busy(host('alpha'), 'worker', 'Worker');
    await program.until('"announced"', () => events(program, 'announced')[0], 20_000);
    const before = events(program, 'blocked').length;
    await program.until('the next block', () => events(program, 'blocked')[before]);
    const taken = await rival.publish({ name: 'Worker', type: TYPE, port: 81 });
    expect(taken.name).not.toBe('Worker');
    const browser = new Zeroconf(host('beta')).browse(TYPE);
    expect(await browser.sees('Worker')).toMatchObject({ port: 80 });
    expect(await browser.sees(taken.name)).toMatchObject({ port: 81 });
    expect(events(program, 'renamed')).toEqual([]);
  });
});

/** Milliseconds between the probes of a host for its service. */
function probeGaps(packets: readonly CapturedDatagram[], { ipv4 }: Host): number[] {
  const probes = packets.filter(({ source, payload }) => {
    if (source !== ipv4) return false;
    const { type, authorities = [] } = decode(payload);
    return type === 'query' && authorities.some((record) => record.type === 'SRV');
  });
  return probes.slice(1).map(({ at }, i) => at - (probes[i]?.at ?? 0));
}
