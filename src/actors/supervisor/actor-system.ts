/**
 * The running supervisor and its only interface to the outside: commands go in, emitted events come out. `metrics` and
 * `factsOf` bypass the mailbox, so that a listener can call them while the supervisor is calling that listener.
 * Arguments and results can be cloned (see `commands.ts`): in a worker thread, this object is at the far end of the
 * port.
 */
import { type ActorRefFrom, createActor, type InspectionEvent } from 'xstate';
import type { Name } from '../../protocol/name.js';
import type { DomainsMetrics, InstanceFacts, Metrics, SupervisorCommand, SupervisorEmitted } from '../commands.js';
import type { SupervisorContext } from './context.js';
import { domainMetricsOf, knownInDomains } from './domain-entry.js';
import type { SupervisorInput } from './input.js';
import { breakdownEvents } from './refusal.js';
import { factsOf, metricsOf } from './status.js';
import { guardedSupervisor } from './supervisor.js';

/** The callbacks of the system's owner. `ended`: no further event follows. */
export interface SystemHandlers {
  emitted(event: SupervisorEmitted): void;
  ended(): void;
  readonly inspect?: ((event: InspectionEvent) => void) | undefined;
}

export type RootActor = ActorRefFrom<typeof guardedSupervisor>;

export class ActorSystem {
  /** The root actor, for what runs in the same thread and looks at the actors: it is not part of the boundary. */
  static rootOf(system: ActorSystem): RootActor {
    return system.#actor;
  }

  readonly #actor: RootActor;
  readonly #clock;

  constructor(input: SupervisorInput, { emitted, ended, inspect }: SystemHandlers) {
    const { clock } = input.network;
    this.#clock = clock;
    this.#actor = createActor(guardedSupervisor, { input, clock, id: 'mdns', ...(inspect && { inspect }) });
    this.#actor.on('*', emitted);
    this.#actor.subscribe({
      complete: ended,
      // The supervisor has a state for its own breakdown; this handles an error that is thrown in that state.
      error: (error) => {
        this.#context?.alive?.release();
        for (const event of breakdownEvents(error)) emitted(event);
        ended();
      },
    });
  }

  start(): void {
    this.#actor.start();
  }

  send(command: SupervisorCommand): void {
    this.#actor.send(command);
  }

  /** A copy of each link's counters as they are now. */
  metrics(): Metrics {
    return metricsOf(this.#links);
  }

  /** What is known of an instance; undefined when nothing is cached. */
  factsOf(name: Name): InstanceFacts | undefined {
    const now = this.#clock.now();
    return factsOf(this.#links, name, now, knownInDomains(this.#domains, name, now));
  }

  /** A copy of each domain's counters. */
  domainMetrics(): DomainsMetrics {
    return domainMetricsOf(this.#domains);
  }

  get #domains(): SupervisorContext['domains'] {
    return this.#context?.domains ?? new Map();
  }

  get #links(): SupervisorContext['links'] {
    return this.#context?.links ?? new Map();
  }

  /** A supervisor that broke while it started has no context, or only a part of it. */
  get #context(): Partial<SupervisorContext> | undefined {
    return this.#actor.getSnapshot().context;
  }
}
