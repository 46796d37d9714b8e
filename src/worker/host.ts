/**
 * One actor system for several clients, each behind a port. Ids of a client get its prefix on their way to the system,
 * so that ids of different clients are never equal.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Status, SupervisorCommand, SupervisorEmitted } from '../actors/commands.js';
import type { ActorSystem } from '../actors/supervisor/actor-system.js';
import type { InspectionSource } from '../inspector/frames.js';
import type { Clock } from '../net/network.js';
import type { PacketSource } from '../net/network-tap.js';
import type { Name } from '../protocol/name.js';
import { Guest } from './guest.js';
import type { Answer, HostLine, Question, ToHost } from './messages.js';
import { servePackets } from './packets.js';

/** `owner`: the ids of the client that owns the system have no prefix, and the system ends when it closes. */
export type Role = 'owner' | 'guest';

export interface HostParts {
  readonly system: Pick<ActorSystem, 'send' | 'metrics' | 'domainMetrics' | 'factsOf'>;
  readonly clock: Clock;
  readonly hostname: Name;
  inspection(): Promise<InspectionSource>;
  readonly packets: PacketSource;
  /** Calls its argument at the end of this turn. */
  soon(run: () => void): void;
}

/** What the end of a port does with what it hears. */
export interface Served {
  heard(message: ToHost): void;
  /** The port has closed. */
  gone(): void;
}

export class Host {
  readonly #parts: HostParts;
  /** By prefix. */
  readonly #guests = new Map<string, Guest>();
  #lastGuest = 0;
  #isEnding = false;
  #hasEnded = false;
  #status: Status = { state: 'starting', reason: undefined, links: [] };
  #hostname: Name;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#hostname = parts.hostname;
  }

  /** Passes an event of the system to the clients. @returns whether it was for a client behind a port alone */
  emitted(event: SupervisorEmitted): boolean {
    if (event.type === 'status.changed') this.#status = event.status;
    if (event.type === 'host.renamed') this.#hostname = event.host;
    if ('id' in event) return this.#tellOne(event.id, (id) => ({ ...event, id }));
    if (event.type === 'interfaces.scanned')
      return this.#tellOne(event.request ?? '', (request) => ({ ...event, request }));
    for (const [prefix, guest] of this.#guests) if (event.type !== 'log' || prefix === '') guest.tell(event);
    return false;
  }

  /** The system is about to end, since its owner has it closed. */
  ending(): void {
    this.#isEnding = true;
    for (const guest of this.#guests.values()) guest.ending();
  }

  /** The system has ended. */
  ended(): void {
    this.#hasEnded = true;
    for (const guest of this.#guests.values()) guest.end();
    this.#guests.clear();
  }

  join(line: HostLine, role: Role): Served {
    const prefix = role === 'owner' ? '' : `client-${++this.#lastGuest}/`;
    const { clock, soon } = this.#parts;
    const guest = new Guest({
      line,
      clock,
      soon,
      isOwner: role === 'owner',
      send: (command) => this.#send(prefixed(command, prefix)),
      left: () => this.#guests.delete(prefix),
    });
    this.#guests.set(prefix, guest);
    if (this.#hasEnded) guest.end();
    else if (role === 'guest') this.#welcome(guest);
    if (this.#isEnding) guest.ending();
    return {
      heard: (message) => guest.heard(message),
      gone: () => {
        guest.gone();
        // A system whose owner has gone, such as a thread that has ended, is of no use.
        if (role === 'owner') this.#send({ type: 'mdns.close' });
      },
    };
  }

  answer(question: Question): Answer {
    const { system } = this.#parts;
    if (question.read === 'factsOf') return system.factsOf(question.name);
    return question.read === 'metrics' ? system.metrics() : system.domainMetrics();
  }

  inspection(): Promise<InspectionSource> {
    return this.#parts.inspection();
  }

  servePackets(port: MessagePort): void {
    servePackets(port, this.#parts.packets, this.#parts.soon);
  }

  #send(command: SupervisorCommand): void {
    if (this.#hasEnded) return;
    if (command.type === 'mdns.close') this.ending();
    this.#parts.system.send(command);
  }

  /** Tells a client that comes later what the others know. */
  #welcome(guest: Guest): void {
    guest.tell({ type: 'host.renamed', from: this.#parts.hostname, host: this.#hostname });
    guest.tell({ type: 'status.changed', status: this.#status });
  }

  #tellOne(id: string, withId: (id: string) => SupervisorEmitted): boolean {
    const prefix = /^client-\d+\//.exec(id)?.[0] ?? '';
    const guest = this.#guests.get(prefix);
    guest?.tell(withId(id.slice(prefix.length)));
    return prefix !== '';
  }
}

function prefixed(command: SupervisorCommand, prefix: string): SupervisorCommand {
  if ('id' in command) return { ...command, id: `${prefix}${command.id}` };
  return command.type === 'interfaces.scan' ? { ...command, request: `${prefix}${command.request}` } : command;
}
