/** The command `inspect`: serves the page of the running system, with something for it to show. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import type { Task } from './arguments.js';
import { publicationResult } from './print.js';
import { type Session, stopped } from './session.js';

type Inspect = Extract<Task, { command: 'inspect' }>;

/** The program that opens an address in the browser, by platform; elsewhere it is `xdg-open`. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

export async function inspect(session: Session, { services, types, port, open }: Inspect): Promise<void> {
  const { mdns, out, stop } = session;
  const browses = types.length > 0 || services.length > 0 ? types.map((type) => mdns.browse(type)) : [mdns.browseAll()];
  for (const browse of browses) browse.subscribe({ error: () => {} });
  const { url } = await mdns.serveInspector({ port });
  out.result({ json: { event: 'serving', url }, lines: [`Open ${url}`] });
  if (open) openBrowser(url, (message) => out.message(message));
  for (const service of services) {
    const published = mdns.publish(service);
    published.changes$.subscribe((event) => out.result(publicationResult(published, event)));
  }
  await stopped(stop);
}

function openBrowser(url: string, report: (message: string) => void): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', ({ message }) => report(`The browser cannot be opened (${message}): open the address yourself.`));
  child.unref();
}
