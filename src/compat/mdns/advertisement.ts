import { EventEmitter } from 'node:events';
import type { PublicationEvent, PublishedService, TxtInput } from '../../index.js';
import { type SharedEngine, type SharedOptions, shareEngine } from '../shared-engine.js';
import { constants, FLAG_ADD, NO_AUTO_RENAME } from './constants.js';
import { engineOptions, type InterfaceOptions } from './network-interface.js';
import { makeServiceType, type ServiceType, type ServiceTypeInput } from './service-type.js';

export type TxtRecord = Readonly<Record<string, unknown>>;

export interface AdvertisementOptions extends InterfaceOptions {
  /** Default: the system's host name. */
  name?: string | null | undefined;
  /** Values are written as text; undefined and null leave the value out. Or the record's data. Default: none. */
  txtRecord?: TxtRecord | Buffer | null | undefined;
  /** Default: the system's host name. */
  host?: string | null | undefined;
  /** Without effect: it is `local`. */
  domain?: string | null | undefined;
  /** `kDNSServiceFlagsNoAutoRename`: a name that is taken is an error. Default: 0. */
  flags?: number | undefined;
  /** Passed to the callback. */
  context?: unknown;
}

/** An error with the number that `dns_sd.h` has for it. */
export interface DnsSdError extends Error {
  errorCode?: number;
}

/** Called with the name that the service has got, again after each change of it. */
export type RegisteredCallback = (
  error: DnsSdError | undefined,
  service: { name: string; type: ServiceType; domain: string; flags: number },
  context?: unknown,
) => void;

/**
 * A service that is advertised from `start` to `stop`, once, and keeps the process alive meanwhile.
 *
 * @throws Error for a type, TXT key or interface that there cannot be
 * @example createAdvertisement(tcp('http'), 4321, { name: 'Web', txtRecord: { path: '/' } }).start();
 */
export class Advertisement extends EventEmitter<{ error: [error: DnsSdError] }> {
  readonly #type: ServiceType;
  readonly #port: number;
  readonly #options: AdvertisementOptions;
  readonly #engineOptions: SharedOptions;
  readonly #callback: RegisteredCallback | undefined;
  #txt: TxtInput;
  #running: { readonly engine: SharedEngine; readonly service: PublishedService } | undefined;

  constructor(
    type: ServiceTypeInput | ServiceType,
    port: number,
    options?: AdvertisementOptions | RegisteredCallback | null,
    callback?: RegisteredCallback,
  ) {
    super();
    this.#options = typeof options === 'object' && options !== null ? options : {};
    this.#callback = callback ?? (typeof options === 'function' ? options : undefined);
    this.#type = makeServiceType(type);
    this.#port = port;
    this.#txt = txtOf(this.#options.txtRecord);
    this.#engineOptions = engineOptions(this.#options);
  }

  start(): void {
    if (this.#running) throw new Error('mdns service already started');
    const engine = shareEngine(this.#engineOptions);
    try {
      const service = this.#publish(engine);
      this.#running = { engine, service };
      service.changes$.subscribe((change) => process.nextTick(() => this.#hear(change)));
    } catch (error) {
      engine.release().catch(() => {});
      throw error;
    }
  }

  stop(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.service
      .withdraw()
      .finally(running.engine.release)
      .catch(() => {});
  }

  updateTXTRecord(txtRecord: TxtRecord | Buffer | null): void {
    this.#txt = txtOf(txtRecord);
    this.#running?.service.update({ txt: this.#txt });
  }

  #publish({ mdns, network }: SharedEngine): PublishedService {
    const { name, host, flags = 0 } = this.#options;
    const own = network.hostname();
    return mdns.publish({
      name: name || own,
      type: `_${this.#type.name}._${this.#type.protocol}`,
      subtypes: this.#type.subtypes.map((label) => `_${label}`),
      port: this.#port,
      host: (host || own).replace(/(?:\.local)?\.?$/, ''),
      txt: this.#txt,
      onConflict: (flags & NO_AUTO_RENAME) === 0 ? 'rename' : 'fail',
    });
  }

  #hear(change: PublicationEvent): void {
    if (this.#running === undefined) return;
    if (change.event === 'announced') this.#report(undefined, change.name, FLAG_ADD);
    if (change.event !== 'failed') return;
    const errorCode = constants.kDNSServiceErr_NameConflict ?? 0;
    const error: DnsSdError = Object.assign(new Error(change.error.message), { errorCode });
    this.stop();
    this.#report(error, change.name, 0);
    this.emit('error', error);
  }

  #report(error: DnsSdError | undefined, name: string, flags: number): void {
    this.#callback?.call(this, error, { name, type: this.#type, domain: 'local.', flags }, this.#options.context);
  }
}

export function createAdvertisement(...args: ConstructorParameters<typeof Advertisement>): Advertisement {
  return new Advertisement(...args);
}

/** @throws Error for a key that is not printable ASCII without `=` (RFC 6763 section 6.4) */
function txtOf(record: AdvertisementOptions['txtRecord']): TxtInput {
  if (record === null || record === undefined) return [];
  if (Buffer.isBuffer(record)) return stringsOf(record);
  return Object.entries(record).map(([key, value]) => {
    if (!/^[ -<>-~]*$/.test(key)) throw new Error("key must be all printable ascii characters exluding '='");
    if (value === undefined || value === null) return key;
    return Buffer.isBuffer(value) ? Buffer.concat([Buffer.from(`${key}=`), value]) : `${key}=${value}`;
  });
}

/** The strings of a record's data, each after its length. */
function stringsOf(data: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1 + (data[at] as number))
    strings.push(data.subarray(at + 1, at + 1 + (data[at] as number)));
  return strings;
}
