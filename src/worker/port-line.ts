/** The two ends of a line over a `MessagePort`. Neither keeps its thread alive. */
import type { MessagePort } from 'node:worker_threads';
import type { Host, Role, Served } from './host.js';
import { serveInspection } from './inspection.js';
import { type Line, type LineHandlers, readToClient, readToHost, type ToClient } from './messages.js';
import { answerReadings, Readings } from './readings.js';

/** The end of a client. */
export function portLine(port: MessagePort, { heard, closed }: LineHandlers): Line {
  let isOver = false;
  port.on('message', (arrived: unknown) => {
    const message = readToClient(arrived);
    if (message) heard(message);
  });
  port.on('close', () => {
    readings.close();
    if (!isOver) closed('the port has closed');
    isOver = true;
  });
  // A listener for messages keeps the thread alive: this comes after it.
  port.unref();
  const post: Line['post'] = (message, transferred = []) => port.postMessage(message, transferred);
  const readings = new Readings((read, signal) => post({ type: 'readings.opened', port: read, signal }, [read]));
  return {
    post,
    ask: (question) => readings.ask(question),
    close: () => {
      isOver = true;
      readings.close();
      port.close();
    },
  };
}

/** The end of the host. */
export function servePort(port: MessagePort, host: Host, role: Role): void {
  const served: Served = host.join(
    { post: (message: ToClient) => port.postMessage(message), close: () => port.close() },
    role,
  );
  port.on('message', (arrived: unknown) => {
    const message = readToHost(arrived);
    if (!message) return;
    if (message.type === 'client.joined') servePort(message.port, host, 'guest');
    else if (message.type === 'inspection.opened')
      host.inspection().then(
        (source) => serveInspection(message.port, source),
        () => message.port.close(),
      );
    else if (message.type === 'packets.opened') host.servePackets(message.port);
    else if (message.type === 'readings.opened')
      answerReadings(message.port, message.signal, (question) => host.answer(question));
    else served.heard(message);
  });
  port.on('close', () => served.gone());
  if (role === 'guest') port.unref();
}
