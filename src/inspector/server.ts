/** A server of its own for the page: on 127.0.0.1 only, with a token that is in the fragment of its address. */
import { createServer, type Server } from 'node:http';
import { secret } from '../net/secret.js';
import { MdnsError } from '../protocol/errors.js';
import type { InspectionSource } from './frames.js';
import { InspectorPages } from './handler.js';

const HOST = '127.0.0.1';
/** More than the page needs, however many of them are open. */
const MOST_CONNECTIONS = 64;

/** The running server of `serveInspector`. */
export interface InspectorServer {
  /** The address to open, with the token after `#`: browsers do not send that part, so no log has it. */
  readonly url: string;
  readonly port: number;
  /** Stops it and disconnects its pages. Happens by itself when the `Mdns` closes. */
  close(): Promise<void>;
}

/** @throws MdnsError `invalid-option` if the port cannot be used */
export async function serve(source: InspectionSource, wanted: number): Promise<InspectorServer> {
  const hosts = new Set<string>();
  const token = secret();
  const pages = new InspectorPages(source, { hosts, token });
  const server = createServer(pages.handle);
  server.maxConnections = MOST_CONNECTIONS;
  // A page that is looked at does not keep the program alive.
  server.on('connection', (socket) => socket.unref());
  const port = await listening(server, wanted);
  server.unref();
  hosts.add(`${HOST}:${port}`).add(`localhost:${port}`);
  const close = () => {
    pages.close();
    return closed(server);
  };
  return { url: `http://${HOST}:${port}/#t=${token}`, port, close };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) => {
      const text = `The inspector cannot be served on port ${port} (${message}): give another port, or none for any that is free.`;
      reject(new MdnsError('invalid-option', text));
    });
    server.listen(port, HOST, () => resolve(portOf(server)));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
