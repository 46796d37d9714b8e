/**
 * A system elsewhere, behind a port: in a worker of ours, which is started again when it has ended, or where another
 * thread has it.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type Actor, createActor } from 'xstate';
import type {
  DomainsMetrics,
  InstanceFacts,
  Metrics,
  Status,
  SupervisorCommand,
  SupervisorEmitted,
} from '../actors/commands.js';
import type { InspectionSource } from '../inspector/frames.js';
import type { Clock, TimerHandle } from '../net/network.js';
import type { PacketSource } from '../net/network-tap.js';
import type { Name } from '../protocol/name.js';
import { type ConnectionOrder, connectionMachine } from './connection.js';
import { Desired } from './desired.js';
import { RemoteInspection } from './inspection.js';
import { Known } from './known.js';
import type { Line, LineHandlers, Posted, ToClient } from './messages.js';
import { RemotePackets } from './packets.js';
import type { System, SystemEvents } from './system.js';

export interface RemoteParts {
  readonly clock: Clock;
  /** Whether the system is started again when it has ended. */
  readonly reopens: boolean;
  /** Opens a line to the system; `hostname` is the name that the host has now, undefined at first. */
  open(handlers: LineHandlers, hostname: Name | undefined): Line;
  /** Keeps the process alive until the returned function is called. */
  keepAlive(): () => void;
  /** Whether publications keep the process alive. */
  readonly publishingKeepsAlive: boolean;
  /** What to say when it has ended and is not started again. */
  explain(reason: string): string;
}

export class RemoteSystem implements System {
  readonly refusesFunctions = 'the system runs in another thread, to which functions do not go';
  readonly #parts: RemoteParts;
  readonly #events: SystemEvents;
  readonly #desired = new Desired();
  readonly #known = new Known();
  readonly #connection: Actor<typeof connectionMachine>;
  /** Ports of clients that wait until the system is ready. */
  #joining: MessagePort[] = [];
  #inspection: RemoteInspection | undefined;
  #packets: RemotePackets | undefined;
  #line: Line | undefined;
  /** How many lines were opened, or given up. */
  #opened = 0;
  #isReady = false;
  #hasEnded = false;
  #hostname: Name | undefined;
  #closedStatus: Status = { state: 'closed', reason: undefined, links: [] };
  #metrics: Metrics = {};
  #release: (() => void) | undefined;
  /** Why no system runs. */
  #whyNot: string | undefined;
  /** Ends the next wait, while no system runs. */
  #timer: TimerHandle;

  constructor(parts: RemoteParts, events: SystemEvents) {
    this.#parts = parts;
    this.#events = events;
    const { clock, reopens } = parts;
    this.#connection = createActor(connectionMachine, { clock, input: { reopens } });
    this.#connection.on('*', (order) => this.#obey(order));
  }

  start(): void {
    this.#connection.start();
  }

  send(command: SupervisorCommand): void {
    if (this.#hasEnded) return;
    if (command.type === 'mdns.close') {
      const { hasPublications: mayBePublished, publishesInDomains: inDomains } = this.#desired;
      this.#connection.send({ type: 'close.requested', mayBePublished, inDomains });
      return;
    }
    this.#desired.noteCommand(command, this.#parts.clock.now());
    if (this.#isReady || isAboutPublication(command)) this.#post(command);
    // Until then there is no watch that would have to end first.
    if (!this.#isReady) this.#endWithoutSystem();
    this.#holdWhilePublishing();
  }

  /** As they are now; as they were last if there is no answer in time, and empty until the system is ready. */
  metrics(): Metrics {
    const answered = this.#isReady ? this.#line?.ask({ read: 'metrics' }) : undefined;
    if (answered) this.#metrics = answered.answer as Metrics;
    return this.#metrics;
  }

  /** As they are now; empty if there is no answer in time. */
  domainMetrics(): DomainsMetrics {
    const answered = this.#isReady ? this.#line?.ask({ read: 'domainMetrics' }) : undefined;
    return (answered?.answer as DomainsMetrics | undefined) ?? {};
  }

  /** Undefined also if there is no answer in time. */
  factsOf(name: Name): InstanceFacts | undefined {
    if (!this.#isReady) return undefined;
    return this.#line?.ask({ read: 'factsOf', name })?.answer as InstanceFacts | undefined;
  }

  async inspection(): Promise<InspectionSource> {
    if (!this.#inspection) {
      this.#inspection = new RemoteInspection();
      if (this.#isReady) this.#inspect();
    }
    return this.#inspection;
  }

  packets(): PacketSource {
    if (!this.#packets) {
      this.#packets = new RemotePackets((count) => {
        const message = `This thread was blocked: ${count} packets were left out of packets$.`;
        this.#events.emitted({ type: 'log', level: 'info', message, details: { count } });
      });
      if (this.#isReady) this.#tap();
    }
    return this.#packets;
  }

  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#isReady) this.#line?.post({ type: 'client.joined', port: port1 }, [port1]);
    else this.#joining.push(port1);
    return port2;
  }

  #obey(order: ConnectionOrder): void {
    if (order.type === 'open') this.#open();
    else if (order.type === 'resume') this.#resume(order.isAgain);
    else if (order.type === 'pause') this.#pause(order.reason, order.ms);
    else if (order.type === 'requestClose') this.#post({ type: 'mdns.close' });
    else if (order.type === 'hangUp') this.#hangUp();
    else if (order.type === 'reportClosed') this.#end();
    else this.#lose(order.reason);
  }

  #open(): void {
    this.#opened += 1;
    const opened = this.#opened;
    // What a line says after it was given up is of the past.
    const isCurrent = () => this.#opened === opened;
    this.#line = this.#parts.open(
      {
        heard: (message) => {
          if (isCurrent()) this.#hear(message);
        },
        closed: (reason) => {
          if (!isCurrent()) return;
          this.#isReady = false;
          this.#connection.send({ type: 'line.closed', reason });
        },
      },
      this.#hostname,
    );
    // It need not wait for this thread, which may be blocked when the system is ready.
    for (const command of this.#desired.publishing()) this.#post(command);
  }

  #hear(message: ToClient): void {
    if (message.type === 'ready') this.#connection.send({ type: 'line.ready' });
    else if (message.type === 'ending') this.#events.ending();
    else if (message.type === 'ended') this.#connection.send({ type: 'line.ended' });
    else if (message.type === 'batch') {
      for (const event of message.events) this.#deliver(event);
      this.#holdWhilePublishing();
      this.#line?.post({ type: 'batch.read' });
    }
  }

  #deliver(event: Posted): void {
    if (event.type === 'settled') {
      for (const lost of this.#known.settle()) this.#events.emitted(lost);
      return;
    }
    this.#desired.noteEvent(event);
    if (event.type === 'host.renamed') this.#hostname = event.host;
    if (event.type === 'status.changed' && event.status.state === 'closed') {
      // It is reported last, when nothing else can follow.
      this.#closedStatus = event.status;
      return;
    }
    const news = this.#known.note(event);
    if (news) this.#events.emitted(news);
  }

  /** What has to end while no system runs: what was about to end, and the waits whose time is over. */
  #endWithoutSystem(): void {
    const { clock } = this.#parts;
    this.#emitAll(this.#line ? this.#desired.takeOverWatches() : this.#desired.takeOver());
    this.#emitAll(this.#desired.takeLate(clock.now(), this.#whyNot));
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#endWithoutSystem(), this.#desired.nextEnd - clock.now());
  }

  #resume(isAgain: boolean): void {
    this.#isReady = true;
    this.#parts.clock.clearTimeout(this.#timer);
    for (const command of this.#desired.asking(this.#parts.clock.now())) this.#post(command);
    if (isAgain) this.#line?.post({ type: 'settle' });
    for (const port of this.#joining) this.#line?.post({ type: 'client.joined', port }, [port]);
    this.#joining = [];
    this.#inspect();
    this.#tap();
  }

  #tap(): void {
    this.#packets?.connect((port) => this.#line?.post({ type: 'packets.opened', port }, [port]));
  }

  #inspect(): void {
    this.#inspection?.connect((port) => this.#line?.post({ type: 'inspection.opened', port }, [port]));
  }

  #pause(reason: string, ms: number): void {
    this.#line = undefined;
    this.#inspection?.disconnect();
    this.#packets?.disconnect();
    const message = `The worker has ended (${reason}); it is started again in ${ms} ms.`;
    this.#events.emitted({ type: 'log', level: 'error', message, details: { reason, ms } });
    this.#events.emitted({ type: 'status.changed', status: { state: 'starting', reason: message, links: [] } });
    this.#whyNot = message;
    this.#known.doubt();
    this.#endWithoutSystem();
    this.#holdWhilePublishing();
  }

  #lose(reason: string): void {
    const message = this.#parts.explain(reason);
    this.#events.emitted({ type: 'log', level: 'error', message, details: { reason } });
    if (this.#parts.reopens) this.#events.emitted({ type: 'system.broke', message });
    this.#closedStatus = { ...this.#closedStatus, reason: message };
    this.#end();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#events.ending();
    this.#inspection?.disconnect();
    this.#packets?.disconnect();
    this.#parts.clock.clearTimeout(this.#timer);
    this.#emitAll(this.#desired.takeAll());
    this.#holdWhilePublishing();
    this.#events.emitted({ type: 'status.changed', status: this.#closedStatus });
    this.#events.ended();
  }

  #hangUp(): void {
    this.#isReady = false;
    this.#opened += 1;
    this.#line?.close();
    this.#line = undefined;
    for (const port of this.#joining) port.close();
    this.#joining = [];
  }

  #post(command: SupervisorCommand): void {
    this.#line?.post({ type: 'command', command });
  }

  #emitAll(events: readonly SupervisorEmitted[]): void {
    for (const event of events) {
      const news = this.#known.note(event);
      if (news) this.#events.emitted(news);
    }
  }

  #holdWhilePublishing(): void {
    const { publishingKeepsAlive, keepAlive } = this.#parts;
    if (publishingKeepsAlive && this.#desired.publishes) this.#release ??= keepAlive();
    else {
      this.#release?.();
      this.#release = undefined;
    }
  }
}

function isAboutPublication({ type }: SupervisorCommand): boolean {
  return type.startsWith('publication.');
}
