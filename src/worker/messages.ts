/**
 * What crosses a port between a client and the host of a system. All of it is data that can be cloned. Messages arrive
 * in order, and a port does not lose any.
 */
import type { MessagePort } from 'node:worker_threads';
import type {
  DomainsMetrics,
  InstanceFacts,
  Metrics,
  SupervisorCommand,
  SupervisorEmitted,
} from '../actors/commands.js';
import type { Name } from '../protocol/name.js';
import type { AskedInterface, JudgedInterface } from './asked-interfaces.js';

export type ToHost =
  | { readonly type: 'command'; readonly command: SupervisorCommand }
  /** A batch has been read. */
  | { readonly type: 'batch.read' }
  /** Everything has been asked again: `settled` is to follow once it has had time to be answered. */
  | { readonly type: 'settle' }
  | JudgedInterface
  /** Another client. */
  | { readonly type: 'client.joined'; readonly port: MessagePort }
  /** Where this client looks at the running system; see `inspection.ts`. */
  | { readonly type: 'inspection.opened'; readonly port: MessagePort }
  /** Where this client sees and sends packets; see `packets.ts`. */
  | { readonly type: 'packets.opened'; readonly port: MessagePort }
  /** Where this client asks questions that are answered at once; see `readings.ts`. */
  | { readonly type: 'readings.opened'; readonly port: MessagePort; readonly signal: Int32Array };

export type ToClient =
  /** The system runs and takes commands. */
  | { readonly type: 'ready' }
  | AskedInterface
  | { readonly type: 'batch'; readonly events: readonly Posted[] }
  /** The system is about to end: what arrives from now on has no answer. */
  | { readonly type: 'ending' }
  /** No further message follows. */
  | { readonly type: 'ended' };

/** What a batch has. `settled`: what was found by now is all that can be expected; see `settle`. */
export type Posted = SupervisorEmitted | { readonly type: 'settled' };

/** A reading of the system, by its method. */
export type Question =
  | { readonly read: 'metrics' | 'domainMetrics' }
  | { readonly read: 'factsOf'; readonly name: Name };
export type Answer = Metrics | DomainsMetrics | InstanceFacts | undefined;

/** The end of a port at the client. */
export interface Line {
  post(message: ToHost, transferred?: readonly MessagePort[]): void;
  /** Waits for the answer, for a short time; undefined when there is none. */
  ask(question: Question): { readonly answer: Answer } | undefined;
  close(): void;
}

/** What the client hears. `closed` is called once, after everything else, unless the client closed the line. */
export interface LineHandlers {
  heard(message: ToClient): void;
  closed(reason: string): void;
}

/** The end of a port at the host. */
export interface HostLine {
  post(message: ToClient): void;
  close(): void;
}

/** A message as it arrived; undefined for what is none. A port may come from anywhere in the program. */
export function readToHost(value: unknown): ToHost | undefined {
  const message = value as ToHost;
  if (!hasType(message)) return undefined;
  if (message.type !== 'command') return message;
  const { command } = message;
  if (!hasType(command)) return undefined;
  if ('id' in command && typeof command.id !== 'string') return undefined;
  return command.type === 'interfaces.scan' && typeof command.request !== 'string' ? undefined : message;
}

/** The same at the client. */
export function readToClient(value: unknown): ToClient | undefined {
  const message = value as ToClient;
  if (!hasType(message)) return undefined;
  return message.type !== 'batch' || (Array.isArray(message.events) && message.events.every(hasType))
    ? message
    : undefined;
}

function hasType(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
