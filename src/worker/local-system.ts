/** A system in this thread. Clients in other threads can join it. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Metrics, SupervisorCommand } from '../actors/commands.js';
import { ActorSystem, type RootActor, type SystemHandlers } from '../actors/supervisor/actor-system.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import type { Name } from '../protocol/name.js';
import { Host } from './host.js';
import { servePort } from './port-line.js';
import type { System } from './system.js';

export class LocalSystem implements System {
  readonly refusesFunctions = undefined;
  readonly #system: ActorSystem;
  readonly #host: Host;

  constructor(input: SupervisorInput, handlers: SystemHandlers) {
    const { clock } = input.network;
    this.#host = new Host({
      system: this,
      clock,
      hostname: input.hostname,
      soon: (run) => void clock.setTimeout(run, 0),
    });
    this.#system = new ActorSystem(input, {
      inspect: handlers.inspect,
      emitted: (event) => {
        if (!this.#host.emitted(event)) handlers.emitted(event);
      },
      ended: () => {
        this.#host.ended();
        handlers.ended();
      },
    });
  }

  get root(): RootActor {
    return ActorSystem.rootOf(this.#system);
  }

  start(): void {
    this.#system.start();
  }

  send(command: SupervisorCommand): void {
    this.#system.send(command);
  }

  metrics(): Metrics {
    return this.#system.metrics();
  }

  silenceOf(name: Name): number | undefined {
    return this.#system.silenceOf(name);
  }

  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    servePort(port1, this.#host, 'guest');
    return port2;
  }
}
