import type { PublicationChanges } from '../actors/commands.js';
import { MdnsError } from '../protocol/errors.js';
import type { Bridge } from './engine.js';
import type { ServiceChanges, ServiceOptions } from './options.js';
import { Published } from './published.js';

/** Reads changes as they are read at publication, with the same refusals. */
export type ReadChanges = (changes: ServiceChanges) => PublicationChanges;

/** A service that is published until it is withdrawn: the handle that `publish` returns. */
export class PublishedService extends Published {
  /** `_http._tcp`. */
  readonly type: string;
  readonly #bridge: Bridge;
  readonly #read: ReadChanges;
  #port: number;

  /** @internal */
  constructor(bridge: Bridge, id: string, service: ServiceOptions, type: string, read: ReadChanges) {
    super(bridge, {
      id,
      name: service.name,
      kind: `${type} service`,
      onConflict: service.onConflict,
      interfaces: service.interfaces,
    });
    this.type = type;
    this.#bridge = bridge;
    this.#read = read;
    this.#port = service.port;
  }

  get port(): number {
    return this.#port;
  }

  /**
   * Changes the service in place. New TXT data, port or subtypes are answered with at once and announced: at once after
   * six seconds of quiet, else as soon as that is ten times a minute at most (RFC 6762 section 8.4). A new name is
   * probed for first.
   *
   * @throws MdnsError as `publish` does, and `closed` when it was withdrawn or has failed
   */
  update(changes: ServiceChanges): void {
    this.#bridge.refuseWhenEnded();
    if (this.isOver) {
      throw new MdnsError('closed', `"${this.name}" is published no more: publish it again instead of updating it.`);
    }
    const read = this.#read(changes);
    this.#port = read.port ?? this.#port;
    this.#bridge.send({ type: 'publication.update', id: this.id, changes: read });
  }
}
