/**
 * What a `new Bonjour()` of each of the three packages stands on: an engine shared with the other replacements, and,
 * for programs that reach for it, messages in and out over the links of that engine.
 */
import type { Mdns } from '../../index.js';
import { isMulticast } from '../../ip/address.js';
import { MulticastDns } from '../multicast-dns/face.js';
import { type Options, type ReadOptions, readOptions } from '../multicast-dns/options.js';
import { type SharedEngine, shareEngine } from '../shared-engine.js';

const grounds = new WeakMap<MulticastDns, Ground>();

export class Ground {
  /** The ground whose messages these are. */
  static of(messages: unknown): Ground {
    const ground = grounds.get(messages as MulticastDns);
    if (ground) return ground;
    throw new TypeError('Give the mdns of a Bonjour of mdns-actors/compat.');
  }

  readonly #read: ReadOptions;
  readonly #engine: SharedEngine;
  #messages: MulticastDns | undefined;
  #destroyMessages: () => void = () => {};
  #isOver = false;
  readonly #atEnd = new Set<() => void>();

  /** @throws MdnsError as `multicastDns` */
  constructor(options: Options) {
    this.#read = readOptions(options);
    this.#engine = shareEngine(this.#read.engine);
  }

  get mdns(): Mdns {
    return this.#engine.mdns;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether there is a single peer instead of a group, as in tests on a private port. */
  get hasPeer(): boolean {
    return !isMulticast(this.#read.face.group.address);
  }

  get port(): number {
    return this.#read.face.group.port;
  }

  /**
   * Made when it is first read: decoding every packet costs more than all the rest. To destroy it ends everything, as
   * there.
   */
  get messages(): MulticastDns {
    if (this.#messages) return this.#messages;
    const messages = new MulticastDns(shareEngine(this.#read.engine), this.#read.face);
    messages.setMaxListeners(0);
    grounds.set(messages, this);
    this.#messages = messages;
    this.#destroyMessages = messages.destroy;
    return Object.assign(messages, { destroy: (destroyed?: () => void) => void this.end(destroyed) });
  }

  /** Calls a function when this ends. @returns a function that no longer wants that */
  whenOver(end: () => void): () => void {
    this.#atEnd.add(end);
    return () => this.#atEnd.delete(end);
  }

  /** @param ended called when all is closed */
  async end(ended: () => void = () => {}): Promise<void> {
    this.#isOver = true;
    for (const end of this.#atEnd) end();
    this.#atEnd.clear();
    this.#destroyMessages();
    await this.#engine.release().catch(() => {});
    // An exception of the callback is the caller's, and no rejected promise.
    process.nextTick(ended);
  }
}
