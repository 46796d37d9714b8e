/**
 * UDP sockets with the options that Multicast DNS needs, and without those of Node's defaults that would harm it: no
 * DNS lookup of a destination, no sharing through a cluster's primary, no IPv4 on an IPv6 socket, no unhandled 'error'.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isLinkLocal, isMulticast } from '../ip/address.js';
import type { Family } from '../ip/family.js';
import { IP_TTL } from '../protocol/constants.js';
import { errorCode } from './faults.js';

const isWindows = process.platform === 'win32';
/** Bytes. The system's default has room for some 166 announcements, fewer than a busy link sends after a power cut. */
const RECEIVE_BUFFER = 1 << 20;

export interface BindOptions {
  readonly family: Family;
  /** Default: every address of the family. */
  readonly address?: string;
  /** 0: the system chooses one. */
  readonly port: number;
  /** Whether other sockets may be bound to the same port, as RFC 6762 section 15.1 recommends. */
  readonly shared: boolean;
  readonly keepAlive: boolean;
}

export interface SocketListeners {
  readonly message: (bytes: Uint8Array, remote: RemoteInfo) => void;
  readonly error: (error: Error) => void;
}

/** The group of a socket, and how the system identifies the interface. */
export interface Membership {
  readonly family: Family;
  readonly group: string;
  readonly port: number;
  /** For IPv4: the interface's address that the socket sends from. */
  readonly source: string;
  /** For IPv6: `NetworkInterface.zone`. */
  readonly zone: string;
}

/** Binds a socket; rejects with the system's error. Later errors go to `listeners`. */
function bindSocket(options: BindOptions, listeners?: SocketListeners): Promise<Socket> {
  const { family, address, port, shared, keepAlive } = options;
  const version = family === 'ipv4' ? 4 : 6;
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: `udp${version}`,
      reuseAddr: shared,
      ipv6Only: version === 6,
      // Only literal addresses are used: a destination must never cause a query to a unicast DNS server.
      lookup: (literal, _options, done) => done(null, literal, version),
    });
    let isOver = false;
    socket.on('error', (error) => {
      if (isOver) {
        listeners?.error(error);
        return;
      }
      isOver = true;
      socket.close();
      reject(error);
    });
    if (listeners !== undefined) socket.on('message', listeners.message);
    if (!keepAlive) socket.unref();
    socket.bind({ port, exclusive: true, ...(address === undefined ? {} : { address }) }, () => {
      isOver = true;
      resolve(socket);
    });
  });
}

/** Resolves when all resources of the socket are free, memberships included, and every callback has been called. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(resolve);
    } catch {
      // The socket is closed already.
      resolve();
    }
  });
}

/** A socket that receives only what is sent to the group, and sends to it through the given interface. */
export async function bindGroupSocket(
  membership: Membership,
  keepAlive: boolean,
  listeners: SocketListeners,
): Promise<Socket> {
  const { family, group, port } = membership;
  const bound = { family, port, shared: true, keepAlive };
  // Windows cannot bind to a group: there the socket also receives the port's unicast traffic, which counts as
  // multicast.
  const socket = await bindSocket(isWindows ? bound : { ...bound, address: groupAddress(membership) }, listeners);
  try {
    setOutgoing(socket, membership);
    socket.setMulticastLoopback(true);
    // One membership for each socket stays below the system's limit of 20 for a socket. Closing the socket ends it.
    socket.addMembership(group, interfaceArgument(membership));
    enlargeReceiveBuffer(socket);
  } catch (error) {
    await closeSocket(socket);
    throw error;
  }
  return socket;
}

/** A socket for a peer instead of a group: it receives what is sent to the address that it sends from. */
export function bindPeerSocket(
  { family, port, source, zone }: Membership,
  keepAlive: boolean,
  listeners: SocketListeners,
): Promise<Socket> {
  const address = family === 'ipv6' && isLinkLocal(source) ? `${source}%${zone}` : source;
  return bindUnicastSocket({ family, address, port, shared: true, keepAlive }, listeners);
}

/** A socket for what is sent to one of our own addresses; no other process receives that then. */
export async function bindUnicastSocket(options: BindOptions, listeners: SocketListeners): Promise<Socket> {
  const socket = await bindSocket(options, listeners);
  try {
    socket.setTTL(IP_TTL);
    enlargeReceiveBuffer(socket);
  } catch (error) {
    await closeSocket(socket);
    throw error;
  }
  return socket;
}

/**
 * Finds out, without sending, whether the system can send to the group through this interface; rejects with the error
 * that sending would cause. Detects a tentative IPv6 address and the missing multicast route of an IPv6 loopback.
 */
export async function assertReachable(membership: Membership): Promise<void> {
  const { family, port } = membership;
  const socket = await bindSocket({ family, port: 0, shared: false, keepAlive: true });
  try {
    setOutgoing(socket, membership);
    await connect(socket, port, groupAddress(membership));
  } finally {
    await closeSocket(socket);
  }
}

/** Whether another program uses the port, by a trial bind that does not share it (RFC 6762 section 15.1). */
export async function isPortTaken(family: Family, port: number): Promise<boolean> {
  try {
    await closeSocket(await bindSocket({ family, port, shared: false, keepAlive: true }));
    return false;
  } catch (error) {
    // The bind that follows meets and reports every other error.
    return errorCode(error) === 'EADDRINUSE';
  }
}

/**
 * The group's address for a socket. Over IPv6 it includes the interface, which also excludes datagrams of other
 * interfaces.
 */
export function groupAddress({ family, group, zone }: Membership): string {
  const isOnLink = family === 'ipv6' && (isMulticast(group) || isLinkLocal(group));
  return isOnLink ? `${group}%${zone}` : group;
}

/** Multicast and unicast hop limits are separate options; without the second, unicast responses leave with 64. */
function setOutgoing(socket: Socket, membership: Membership): void {
  socket.setMulticastInterface(interfaceArgument(membership));
  socket.setMulticastTTL(IP_TTL);
  socket.setTTL(IP_TTL);
}

function interfaceArgument({ family, source, zone }: Membership): string {
  return family === 'ipv4' ? source : `::%${zone}`;
}

function enlargeReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // Some systems refuse instead of capping. A smaller buffer only loses datagrams under load.
  }
}

function connect(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Node passes an error to this callback, although its types do not say so.
    const done = (error?: Error): void => (error === undefined ? resolve() : reject(error));
    socket.connect(port, address, done);
  });
}
