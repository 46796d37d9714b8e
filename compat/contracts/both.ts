/** What a contract is tested on: the original package, and the replacement as `require` finds it in the built package. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { REPLACED } from '../../src/compat/replaced.js';

const originals = createRequire(new URL('../package.json', import.meta.url));
const ours = createRequire(new URL('../../package.json', import.meta.url));

/** Rows for `describe.each`: a title, and what `require` returns. */
export function both<Exports>(name: string): [title: string, exports: Exports][] {
  return [
    [`${name}, the original`, originals(name) as Exports],
    [`${name}, the replacement`, ours(`mdns-actors/compat/${REPLACED[name]}`) as Exports],
  ];
}

/** The files of both, for programs that run them. */
export function filesOfBoth(name: string): [title: string, file: string][] {
  return [
    [`${name}, the original`, originals.resolve(name)],
    [`${name}, the replacement`, ours.resolve(`mdns-actors/compat/${REPLACED[name]}`)],
  ];
}

/** A UDP port that no program uses. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((closed) => socket.close(closed));
  return port;
}
