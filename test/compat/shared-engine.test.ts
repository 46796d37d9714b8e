/** Replacements with the same options have one `Mdns`, until the last of them lets go of it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { type SharedOptions, shareEngine } from '../../src/compat/shared-engine.js';

async function privateOptions(): Promise<SharedOptions> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((closed) => socket.close(closed));
  return { ipv4: `127.0.0.1:${port}`, ipv6: false };
}

it('the same options, in any order, are one engine; it closes after its last use', async () => {
  const options = await privateOptions();
  const { ipv4 = '' } = options;
  const first = shareEngine(options);
  const second = shareEngine({ ipv6: false, ipv4 });
  const other = shareEngine({ ...options, announcements: 3 });
  expect(second.mdns).toBe(first.mdns);
  expect(other.mdns).not.toBe(first.mdns);
  await first.release();
  await first.release();
  expect(second.mdns.status.state).not.toBe('closed');
  await second.release();
  expect(second.mdns.status.state).toBe('closed');
  expect(other.mdns.status.state).not.toBe('closed');
  await other.release();
});

it('one that closes is not shared any more', async () => {
  const options = await privateOptions();
  const first = shareEngine(options);
  const closed = first.release();
  const second = shareEngine(options);
  expect(second.mdns).not.toBe(first.mdns);
  await closed;
  expect(second.mdns.status.state).not.toBe('closed');
  await second.release();
});

it('invalid options leave nothing behind', () => {
  const options = { ipv4: 'nonsense' };
  expect(() => shareEngine(options)).toThrow(/multicast group/);
  expect(() => shareEngine(options)).toThrow(/multicast group/);
});
