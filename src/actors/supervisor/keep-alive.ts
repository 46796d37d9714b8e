import type { Network } from '../../net/network.js';
import type { SupervisorEmitted } from '../commands.js';

/** Keeps the process alive while anything that a user asked for is published, since other hosts rely on it. */
export class KeepAlive {
  readonly #network: Network;
  readonly #isOn: boolean;
  readonly #publications = new Set<string>();
  #release: (() => void) | undefined;

  constructor(network: Network, isOn: boolean) {
    this.#network = network;
    this.#isOn = isOn;
  }

  /** @param told an event for users: these show when a publication starts and ends */
  note(told: SupervisorEmitted): void {
    if (told.type === 'publication.probing') this.#began(told.id);
    if (told.type === 'publication.failed' || told.type === 'publication.withdrawn') this.#ended(told.id);
  }

  #began(id: string): void {
    if (!this.#isOn) return;
    this.#publications.add(id);
    this.#release ??= this.#network.keepAlive();
  }

  #ended(id: string): void {
    this.#publications.delete(id);
    if (this.#publications.size === 0) this.release();
  }

  release(): void {
    this.#publications.clear();
    this.#release?.();
    this.#release = undefined;
  }

  toJSON(): object {
    return { publications: this.#publications.size };
  }
}
