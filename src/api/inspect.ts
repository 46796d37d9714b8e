/** The page of the running system: its code is loaded when it is asked for, and costs nothing before. */

import type { InspectorHandler } from '../inspector/handler.js';
import type { InspectorServer } from '../inspector/server.js';
import { MdnsError } from '../protocol/errors.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { Engine } from './engine.js';
import { inspectorHandlerShape, serveInspectorShape } from './option-shapes.js';
import type { InspectorHandlerOptions, ServeInspectorOptions } from './options.js';

export async function serveInspector(engine: Engine, options: ServeInspectorOptions): Promise<InspectorServer> {
  engine.refuseWhenEnded();
  const { port = 0 } = readObject(serveInspectorShape, options);
  const [source, { serve }] = await Promise.all([engine.inspection(), import('../inspector/all.js')]);
  const server = await serve(source, port);
  engine.status$.subscribe({ complete: () => void server.close() });
  return server;
}

export function inspectorHandler(engine: Engine, options: InspectorHandlerOptions): InspectorHandler {
  engine.refuseWhenEnded();
  const access = readObject(inspectorHandlerShape, options);
  if (access.token === undefined && access.authorize === undefined) {
    const advice = 'give "authorize", a function that says whether a request may see them, or "token".';
    throw new MdnsError('invalid-option', `Anyone could see the network and the services of this program: ${advice}`);
  }
  let loading: Promise<InspectorHandler> | undefined;
  return (request, response, next) => {
    loading ??= load(engine, access);
    loading.then(
      (handle) => handle(request, response, next),
      () => response.writeHead(500).end(),
    );
  };
}

async function load(engine: Engine, access: InspectorHandlerOptions): Promise<InspectorHandler> {
  const [source, { InspectorPages }] = await Promise.all([engine.inspection(), import('../inspector/all.js')]);
  const pages = new InspectorPages(source, access);
  engine.status$.subscribe({ complete: () => pages.close() });
  return pages.handle;
}
