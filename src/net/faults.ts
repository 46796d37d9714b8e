/** Turns a system's error code into a sentence: which interface, what the code means and what to do about it. */
import type { Family } from '../ip/family.js';
import type { LinkFault } from './network.js';

/** The part of `LinkOptions` that a fault's message names. */
export interface FaultyLink {
  readonly interface: { readonly name: string };
  readonly family: Family;
  readonly group: string;
  readonly port: number;
}

/** The code of an error that the system or Node raised; `EUNKNOWN` when it has none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'EUNKNOWN';
}

/** An error like the system's own, for faults that this package detects itself. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The fault with its sentence. `detail` is the system's own message, for codes without a sentence here. */
export function linkFault(code: string, link: FaultyLink, detail?: string): LinkFault {
  const explain = explanations[code];
  const sentence = explain?.(link) ?? `an unexpected fault${detail === undefined ? '' : ` (${detail})`}.`;
  return { code, message: `${link.interface.name}/${link.family}: ${code}: ${sentence}` };
}

export function faultOf(error: unknown, link: FaultyLink): LinkFault {
  return linkFault(errorCode(error), link, error instanceof Error ? error.message : undefined);
}

const firewall = (): string =>
  'the system forbids it. Let a firewall or sandbox pass UDP of this program, or run it with more rights.';

const explanations: Readonly<Record<string, (link: FaultyLink) => string>> = {
  EADDRINUSE: ({ port }) =>
    `another program has bound UDP port ${port} exclusively. Stop it, or make it share the port (SO_REUSEADDR).`,
  EADDRNOTAVAIL: ({ family }) =>
    `the interface has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address that can be used now. A fresh address takes a second or two to be checked for duplicates; a lost one has to be assigned again.`,
  ENODEV: () =>
    'the interface is gone, or was re-created under the same name. Plug it in or bring it up; it is used again when it is back.',
  ENETUNREACH: ({ interface: { name }, family, group }) =>
    `there is no route to ${group} on this interface. Bring it up, or add a route: ip ${family === 'ipv4' ? '-4' : '-6'} route add ${
      family === 'ipv4' ? '224.0.0.0/4' : 'ff00::/8'
    } dev ${name}${family === 'ipv4' ? '' : ' table local'}.`,
  EHOSTUNREACH: () =>
    'no host answers at that address on this link. Check that the other host is up and on the same link.',
  ENETDOWN: () => 'the interface is down. Bring it up.',
  EPERM: firewall,
  EACCES: firewall,
  ENOBUFS: () =>
    'the system is out of buffers or of multicast memberships. Send less, or raise net.ipv4.igmp_max_memberships and net.core.optmem_max.',
  EMFILE: () => 'this process has too many files open. Raise the limit (ulimit -n), or use fewer interfaces.',
  EAFNOSUPPORT: ({ family }) =>
    `this system has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'}. Turn it on, or use the other family only.`,
  EMSGSIZE: () => 'the message is larger than a datagram can be. Publish less in one record.',
  EINVAL: () => 'the system does not accept that address or port as a destination on this link.',
  ERR_SOCKET_BAD_PORT: () => 'the destination is port 0, at which no program can receive.',
  ENOTCONN: () => 'the link is not open yet. Wait for `opened` before sending.',
  EBADF: () => 'the link is closed. Open a new one to send.',
  ECANCELED: () => 'the link was closed before the datagram left.',
};
