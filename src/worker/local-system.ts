/** A system in this thread. Clients in other threads can join it. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { DomainsMetrics, InstanceFacts, Metrics, SupervisorCommand } from '../actors/commands.js';
import { ActorSystem, type SystemHandlers } from '../actors/supervisor/actor-system.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import type { InspectionSource } from '../inspector/frames.js';
import type { Clock } from '../net/network.js';
import { NetworkTap } from '../net/network-tap.js';
import type { Name } from '../protocol/name.js';
import { Host } from './host.js';
import { servePort } from './port-line.js';
import type { System } from './system.js';

export class LocalSystem implements System {
  readonly refusesFunctions = undefined;
  readonly #system: ActorSystem;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #tap: NetworkTap;
  #inspection: Promise<InspectionSource> | undefined;

  constructor(input: SupervisorInput, handlers: SystemHandlers) {
    const { clock } = input.network;
    this.#clock = clock;
    this.#tap = new NetworkTap(input.network);
    this.#host = new Host({
      system: this,
      clock,
      hostname: input.hostname,
      inspection: () => this.inspection(),
      packets: this.#tap,
      soon: (run) => void clock.setTimeout(run, 0),
    });
    this.#system = new ActorSystem(
      { ...input, network: this.#tap.network },
      {
        inspect: handlers.inspect,
        emitted: (event) => {
          if (!this.#host.emitted(event)) handlers.emitted(event);
        },
        ended: () => {
          this.#host.ended();
          handlers.ended();
        },
      },
    );
  }

  inspection(): Promise<InspectionSource> {
    this.#inspection ??= inspectionOf(this.#system, this.#clock);
    return this.#inspection;
  }

  packets(): NetworkTap {
    return this.#tap;
  }

  start(): void {
    this.#system.start();
  }

  send(command: SupervisorCommand): void {
    if (command.type === 'mdns.close') this.#host.ending();
    this.#system.send(command);
  }

  metrics(): Metrics {
    return this.#system.metrics();
  }

  domainMetrics(): DomainsMetrics {
    return this.#system.domainMetrics();
  }

  factsOf(name: Name): InstanceFacts | undefined {
    return this.#system.factsOf(name);
  }

  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    servePort(port1, this.#host, 'guest');
    return port2;
  }
}

/** Its code is loaded when it is first asked for. */
export async function inspectionOf(system: ActorSystem, clock: Clock): Promise<InspectionSource> {
  const { Collector } = await import('../inspector/all.js');
  return new Collector(ActorSystem.rootOf(system), clock);
}
