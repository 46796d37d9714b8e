/** B13: what a publisher and a browser that start together say in their first minute, IPv4 and IPv6, counted on the wire. */
import { fileURLToPath } from 'node:url';
import { Capture } from '../../test/interop/capture.js';
import { World } from '../../test/interop/world.js';
import type { Scenario } from './line.js';
import { command } from './process.js';

const SECONDS = 60;
const UDP_HEADER = 8;
const IP_HEADER = { ipv4: 20, ipv6: 40 } as const;

export const traffic: Scenario = async function* () {
  const world = new World({ hosts: ['publisher', 'browser'] });
  try {
    const capture = await Capture.start(world.host('publisher'));
    const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    world.host('publisher').start([process.execPath, cli, 'publish', 'Web', '_http._tcp', '8080'], 'publish');
    world.host('browser').start(command('finder.ts', []), 'browse');
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    const packets = await capture.stop();
    const bytes = packets.reduce(
      (sum, { family, payload }) => sum + IP_HEADER[family] + UDP_HEADER + payload.length,
      0,
    );
    yield {
      item: 'B13',
      what: 'first minute of a publisher and a browser: packets',
      value: packets.length,
      unit: '',
      bound: 24,
    };
    yield {
      item: 'B13',
      what: 'first minute of a publisher and a browser: bytes of IP',
      value: bytes,
      unit: 'bytes',
      bound: 4_500,
    };
  } finally {
    await world.close();
  }
};
