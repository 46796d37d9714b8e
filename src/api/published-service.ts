import type { PublicationChanges } from '../actors/commands.js';
import { MdnsError } from '../protocol/errors.js';
import { readObject } from '../protocol/shape/object-reader.js';
import { updateShape } from './door-shapes.js';
import type { Engine } from './engine.js';
import type { ServiceChanges, ServiceOptions, UpdateOptions } from './options.js';
import { Published } from './published.js';

/** Reads changes with the same checks as at publication. */
export type ReadChanges = (changes: ServiceChanges) => PublicationChanges;

/** A service that is published until it is withdrawn: the handle that `publish` returns. */
export class PublishedService extends Published {
  /** `_http._tcp`. */
  readonly type: string;
  readonly #engine: Engine;
  readonly #read: ReadChanges;
  #port: number;

  /** @internal */
  constructor(engine: Engine, id: string, service: ServiceOptions, type: string, read: ReadChanges) {
    super(engine, {
      id,
      name: service.name,
      kind: `${type} service`,
      onConflict: service.onConflict,
      interfaces: service.interfaces,
    });
    this.type = type;
    this.#engine = engine;
    this.#read = read;
    this.#port = service.port;
  }

  get port(): number {
    return this.#port;
  }

  /**
   * Changes the service in place. Answers have new TXT data, port or subtypes at once. They are announced at once if
   * the last announcement is six seconds old, otherwise later, ten times a minute at most (RFC 6762 section 8.4). A new
   * name is probed for first.
   *
   * @throws MdnsError as `publish` does, and `closed` if it was withdrawn or has failed
   * @example mdns.publish({ name: 'Web', type: 'http', port: 80 }).update({ txt: { status: 'busy' } });
   */
  update(changes: ServiceChanges, options: UpdateOptions = {}): void {
    this.#engine.refuseWhenEnded();
    const { announce = true } = readObject(updateShape, options);
    if (this.isOver) {
      throw new MdnsError(
        'closed',
        `"${this.name}" is not published any more: publish it again instead of updating it.`,
      );
    }
    const read = this.#read(changes);
    this.#port = read.port ?? this.#port;
    if (!announce && read.instance !== undefined) {
      throw new MdnsError('invalid-option', 'A new name is always announced: leave out "announce", or the name.');
    }
    const silent = announce ? {} : { silent: true };
    this.#engine.send({ type: 'publication.update', id: this.id, changes: read, ...silent });
  }
}
