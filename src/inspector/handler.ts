/** Answers the requests of the page: its files, the stream of frames, and views. No request changes anything. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InspectionSource, ViewRequest } from './frames.js';
import { type Access, HEADERS, type Refusal, refusalOf } from './guard.js';
import { Streams } from './streams.js';

/** For `node:http`, Express, Fastify and others. `next`: called for paths that the page does not have. */
export type InspectorHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/** By the last part of the path, so that the page works below any path that ends with a slash. */
const FILES = {
  '': { file: 'html', type: 'text/html; charset=utf-8' },
  'app.js': { file: 'script', type: 'text/javascript; charset=utf-8' },
  'app.css': { file: 'style', type: 'text/css; charset=utf-8' },
  'charts.json': { file: 'charts', type: 'application/json; charset=utf-8' },
} as const;
const KINDS: readonly string[] = ['services', 'publications', 'links', 'cache'] satisfies ViewRequest['kind'][];
const LONGEST_FILTER = 200;

export class InspectorPages {
  readonly #source: InspectionSource;
  readonly #access: Access;
  readonly #streams: Streams;

  constructor(source: InspectionSource, access: Access) {
    this.#source = source;
    this.#access = access;
    this.#streams = new Streams(source);
  }

  readonly handle: InspectorHandler = (request, response, next) => {
    this.#answer(request, response, next).catch(() => {
      if (!response.headersSent) refuse(response, { status: 500, message: 'The inspector could not answer.' });
    });
  };

  /** Ends the streams. */
  close(): void {
    this.#streams.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, next: (() => void) | undefined): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
    const last = pathname.slice(pathname.lastIndexOf('/') + 1);
    const file = Object.hasOwn(FILES, last) ? FILES[last as keyof typeof FILES] : undefined;
    const isData = last === 'stream' || last === 'view';
    if (!file && !isData && next) {
      next();
      return;
    }
    for (const [name, value] of Object.entries(HEADERS)) if (value !== undefined) response.setHeader(name, value);
    const refusal = await refusalOf(request, this.#access, isData);
    if (refusal) refuse(response, refusal);
    else if (last === 'stream') this.#stream(response);
    else if (last === 'view') await this.#view(response, searchParams);
    else if (!file) refuse(response, { status: 404, message: 'The inspector has no such page.' });
    else if (last === '' && !isFolder(request)) redirect(request, response);
    else send(response, file.type, (await import('#page'))[file.file]);
  }

  #stream(response: ServerResponse): void {
    if (!this.#streams.isFull) this.#streams.add(response);
    else refuse(response, { status: 503, message: 'Enough pages are open already: close one of them.' });
  }

  async #view(response: ServerResponse, asked: URLSearchParams): Promise<void> {
    const request = viewRequest(asked);
    if (request) send(response, 'application/json; charset=utf-8', JSON.stringify(await this.#source.view(request)));
    else refuse(response, { status: 400, message: `Ask for one of ${KINDS.join(', ')}.` });
  }
}

function viewRequest(asked: URLSearchParams): ViewRequest | undefined {
  const kind = asked.get('kind') ?? '';
  if (!KINDS.includes(kind)) return undefined;
  const filter = (asked.get('filter') ?? '').slice(0, LONGEST_FILTER);
  const link = asked.get('link');
  return { kind: kind as ViewRequest['kind'], filter, ...(link !== null && { link }) };
}

/** The path as the browser has it: Express cuts off where the handler is mounted. */
function pathOf(request: IncomingMessage): string {
  const { originalUrl = request.url ?? '/' } = request as { readonly originalUrl?: string };
  return originalUrl.replace(/[?#].*$/s, '');
}

/** Whether the names of the page's files are relative to it. */
function isFolder(request: IncomingMessage): boolean {
  return pathOf(request).endsWith('/');
}

function redirect(request: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(request);
  response.writeHead(302, { location: `${path.slice(path.lastIndexOf('/') + 1)}/` }).end();
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type }).end(text);
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  const headers = { 'content-type': 'text/plain; charset=utf-8', ...(status === 405 && { allow: 'GET' }) };
  response.writeHead(status, headers).end(`${message}\n`);
}
