/** Programs of this folder on a host of an interop world, with the packages of npm as they are. */
import { fileURLToPath } from 'node:url';
import type { Program } from '../../test/interop/program.js';
import type { Host } from '../../test/interop/world.js';

const REGISTER = fileURLToPath(new URL('../../dist/compat/register.js', import.meta.url));

/** With `--import mdns-actors/compat/register`. */
export function startRedirected(host: Host, name: string, ...args: readonly string[]): Program {
  return start(host, ['--import', REGISTER], name, args);
}

/** With the original packages. */
export function startOriginal(host: Host, name: string, ...args: readonly string[]): Program {
  return start(host, [], name, args);
}

function start(host: Host, options: readonly string[], name: string, args: readonly string[]): Program {
  const file = fileURLToPath(new URL(`programs/${name}`, import.meta.url));
  return host.start([process.execPath, ...options, file, ...args], `${options.length > 0 ? 'redirected ' : ''}${name}`);
}
