/** The scans of interfaces that were asked for and are not done yet. */
import type { MdnsError } from '../protocol/errors.js';
import type { Engine } from './engine.js';

interface Pending {
  resolve(): void;
  reject(error: MdnsError): void;
}

export class Scans {
  readonly #engine: Engine;
  readonly #pending = new Map<string, Pending>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Asks for a scan; resolves when it is done. */
  request(): Promise<void> {
    if (this.#engine.ended) return Promise.resolve();
    const request = this.#engine.newId('scan-');
    const scanned = new Promise<void>((resolve, reject) => this.#pending.set(request, { resolve, reject }));
    this.#engine.send({ type: 'interfaces.scan', request });
    return this.#engine.keptAlive(scanned);
  }

  done(request: string): void {
    this.#pending.get(request)?.resolve();
    this.#pending.delete(request);
  }

  /** No scan follows. */
  end(error: MdnsError | undefined): void {
    for (const pending of this.#pending.values()) {
      if (error) pending.reject(error);
      else pending.resolve();
    }
    this.#pending.clear();
  }
}
