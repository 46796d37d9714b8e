/** The actor system as the face holds it, wherever it runs. */
import type { MessagePort } from 'node:worker_threads';
import type {
  DomainsMetrics,
  InstanceFacts,
  Metrics,
  SupervisorCommand,
  SupervisorEmitted,
} from '../actors/commands.js';
import type { InspectionSource } from '../inspector/frames.js';
import type { PacketSource } from '../net/network-tap.js';
import type { Name } from '../protocol/name.js';

/** Commands go in, and events come out by `SystemEvents`; two readings return copies when they are called. */
export interface System {
  start(): void;
  send(command: SupervisorCommand): void;
  metrics(): Metrics;
  domainMetrics(): DomainsMetrics;
  /** What is known of an instance; undefined when nothing is cached. */
  factsOf(name: Name): InstanceFacts | undefined;
  /**
   * Why a function, such as an address filter, cannot be given to this system; undefined when it can, because the
   * system runs in this thread.
   */
  readonly refusesFunctions: string | undefined;
  /** What the page of the running system needs. Its code is loaded when it is first asked for. */
  inspection(): Promise<InspectionSource>;
  /** The packets of its links. */
  packets(): PacketSource;
  /** A port through which another thread uses this system. */
  connect(): MessagePort;
}

/** `ending`: what is asked from now on has no answer. `ended`: no further event follows. */
export interface SystemEvents {
  emitted(event: SupervisorEmitted): void;
  ending(): void;
  ended(): void;
}
