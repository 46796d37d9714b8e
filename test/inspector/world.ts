/** Two hosts on a simulated network, one of which is looked at. */
import { ActorSystem } from '../../src/actors/supervisor/actor-system.js';
import { Collector } from '../../src/inspector/collector.js';
import type { Entry, Frame } from '../../src/inspector/frames.js';
import { SimulatedLan } from '../../src/testing.js';
import { browseCommand, publishCommand, supervisorOptions } from '../../src/xstate.js';

export class LookedAt {
  readonly lan = new SimulatedLan({ seed: 1 });
  readonly host = this.lan.host('one', ['198.18.0.1/24']);
  readonly system: ActorSystem;
  readonly collector: Collector;
  readonly frames: Frame[] = [];
  #unwatch: (() => void) | undefined;

  constructor() {
    this.system = this.another(this.host);
    this.collector = new Collector(ActorSystem.rootOf(this.system), this.host.clock);
  }

  /** A system that no one looks at. */
  another(network = this.lan.host('two', ['198.18.0.2/24'])): ActorSystem {
    const system = new ActorSystem(supervisorOptions({ network, ipv6: false }), { emitted() {}, ended() {} });
    system.start();
    return system;
  }

  watch(): void {
    this.#unwatch = this.collector.watch((frame) => this.frames.push(structuredClone(frame)));
  }

  unwatch(): void {
    this.#unwatch?.();
  }

  publish(name: string, on = this.system): void {
    on.send(publishCommand(name, { name, type: 'http', port: 80, txt: { path: '/' } }));
  }

  browse(): void {
    this.system.send(browseCommand('browse', 'http'));
  }

  advance(ms: number): void {
    this.lan.clock.advance(ms);
  }

  /** How many observers XState calls: it has no public way to say so. */
  get observed(): number {
    let calls = 0;
    const root = ActorSystem.rootOf(this.system);
    const { system } = root as unknown as { system: { _sendInspectionEvent: (event: object) => void } };
    system._sendInspectionEvent({
      type: 'probe',
      // Read by an observer that is attached.
      get actorRef() {
        calls++;
        return root;
      },
    });
    return calls;
  }

  get log(): readonly Entry[] {
    return this.frames.flatMap(({ log }) => log);
  }

  /** The states of an actor in order, each with the transitions that led there. */
  steps(name: string): readonly (readonly [state: string, by: string])[] {
    const actor = this.log.find((entry) => entry.kind === 'actor' && entry.actor.name === name);
    const id = actor?.kind === 'actor' ? actor.actor.id : '';
    return this.log.flatMap((entry) =>
      entry.kind === 'state' && entry.id === id ? [[entry.state, entry.by] as const] : [],
    );
  }
}
