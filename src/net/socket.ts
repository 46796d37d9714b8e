/**
 * UDP sockets with the options that Multicast DNS needs, and nothing of Node's defaults that would do it harm:
 * no DNS lookup of a destination, no sharing through a cluster's primary, no IPv4 on an IPv6 socket, no unhandled 'error'.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Family } from '../ip/family.js';
import { errorCode } from './faults.js';

/** RFC 6762 section 11: all responses SHOULD be sent with IP TTL 255; queries of ours are too. */
const IP_TTL = 255;
const isWindows = process.platform === 'win32';
/** Bytes. The system's default holds some 166 announcements, fewer than a busy link sends when the power comes back. */
const RECEIVE_BUFFER = 1 << 20;

export interface BindOptions {
  readonly family: Family;
  /** Every address of the family when left out. */
  readonly address?: string;
  /** 0 for one that the system picks. */
  readonly port: number;
  /** Whether other sockets may be bound to the same port, as RFC 6762 section 15.1 wants it. */
  readonly shared: boolean;
  readonly keepAlive: boolean;
}

export interface SocketListeners {
  message(bytes: Uint8Array, remote: RemoteInfo): void;
  error(error: Error): void;
}

/** Where a group socket belongs: the group, and how the system is told the interface. */
export interface Membership {
  readonly family: Family;
  readonly group: string;
  readonly port: number;
  /** For IPv4: the address of the interface that it sends from. */
  readonly source: string;
  /** For IPv6: `NetworkInterface.zone`. */
  readonly zone: string;
}

/** Rejects with the system's error. After that, and after it has resolved, errors go to `listeners`. */
export function bindSocket(options: BindOptions, listeners?: SocketListeners): Promise<Socket> {
  const { family, address, port, shared, keepAlive } = options;
  const version = family === 'ipv4' ? 4 : 6;
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: `udp${version}`,
      reuseAddr: shared,
      ipv6Only: version === 6,
      // Only literal addresses come here, and a destination must never become a question to a unicast DNS server.
      lookup: (literal, _options, done) => done(null, literal, version),
    });
    let settled = false;
    socket.on('error', (error) => {
      if (settled) {
        listeners?.error(error);
        return;
      }
      settled = true;
      socket.close();
      reject(error);
    });
    if (listeners !== undefined) socket.on('message', (bytes, remote) => listeners.message(bytes, remote));
    if (!keepAlive) socket.unref();
    socket.bind({ port, exclusive: true, ...(address === undefined ? {} : { address }) }, () => {
      settled = true;
      resolve(socket);
    });
  });
}

/** Resolves when everything that the socket held is free, its memberships included, and every callback was called. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(resolve);
    } catch {
      // Closed already: as it should be.
      resolve();
    }
  });
}

/** A socket that gets what is sent to the group, and nothing else, and sends to it by the right interface. */
export async function bindGroupSocket(
  membership: Membership,
  keepAlive: boolean,
  listeners: SocketListeners,
): Promise<Socket> {
  const { family, group, port } = membership;
  const bound = { family, port, shared: true, keepAlive };
  // Windows binds to no group; its socket takes the unicast traffic of the port with it, and calls it group traffic.
  const socket = await bindSocket(isWindows ? bound : { ...bound, address: groupAddress(membership) }, listeners);
  try {
    setOutgoing(socket, membership);
    socket.setMulticastLoopback(true);
    // One membership for each socket: the system's limit of 20 for one socket is out of reach. Closing the socket ends it.
    socket.addMembership(group, interfaceArgument(membership));
    enlargeReceiveBuffer(socket);
  } catch (error) {
    await closeSocket(socket);
    throw error;
  }
  return socket;
}

/** A socket for what is sent to one of our own addresses, which then goes to no other process. */
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
 * Asks the system, without sending anything, whether it could send to the group by this interface; rejects with the error that
 * sending would end in. A tentative IPv6 address and the missing multicast route of an IPv6 loopback are found so.
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

/** Whether a socket of someone else is on the port: a trial bind that does not share (RFC 6762 section 15.1). */
export async function isPortTaken(family: Family, port: number): Promise<boolean> {
  try {
    await closeSocket(await bindSocket({ family, port, shared: false, keepAlive: true }));
    return false;
  } catch (error) {
    // Whatever else is wrong, the bind that follows meets it too and reports it.
    return errorCode(error) === 'EADDRINUSE';
  }
}

/** How a socket names a group: over IPv6 with the interface, which also keeps other interfaces' datagrams away. */
export function groupAddress({ family, group, zone }: Membership): string {
  return family === 'ipv4' ? group : `${group}%${zone}`;
}

/** Multicast and unicast hop limits are two options: with the first alone unicast responses leave with 64. */
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
    // A smaller buffer loses datagrams in a storm, nothing else; some systems refuse instead of capping.
  }
}

function connect(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Node hands an error to this callback, which its types do not know.
    const done = (error?: Error): void => (error === undefined ? resolve() : reject(error));
    socket.connect(port, address, done);
  });
}
