/** A service that is published, as bonjour-hap has it. */
import { EventEmitter } from 'node:events';
import { checkRequired } from '../bonjour-family/older.js';
import { typeText } from '../bonjour-family/service-names.js';
import { hostname } from '../machine.js';
import { type Restriction, restriction } from '../restriction.js';

export interface PublishOptions {
  name: string;
  /** `http`. */
  type: string;
  /** Not 0. */
  port: number;
  /** The target of the SRV record, as it is. Default: the name of this computer. */
  host?: string;
  /** Default: `tcp`. */
  protocol?: 'tcp' | 'udp';
  subtypes?: string[];
  /** Each value is written as text, `key=value`. */
  txt?: Record<string, string>;
  /** Whether the name is probed for first. Default: true. */
  probe?: boolean;
  /** Without effect: the type is always listed. */
  addUnsafeServiceEnumerationRecord?: boolean;
  /** Names of interfaces, and addresses: no others are published. Not empty. */
  restrictedAddresses?: string[];
  /** Default: false. */
  disabledIpv6?: boolean;
}

/** What carries a service out. */
export interface Carrier {
  start(service: Advertisement): void;
  stop(service: Advertisement, stopped?: () => void): void;
  updateTxt(service: Advertisement, silent: boolean): void;
}

export class Advertisement extends EventEmitter {
  name: string;
  protocol: 'tcp' | 'udp';
  probe: boolean;
  type: string;
  host: string;
  port: number;
  fqdn: string;
  subtypes: string[] | null;
  txt: Record<string, string> | null;
  published = false;
  addUnsafeServiceEnumerationRecord: boolean;
  restrictedAddresses: Restriction | undefined;
  disabledIpv6: boolean;
  _activated = false;
  _destroyed = false;
  readonly #carrier: Carrier;

  /** @throws Error without a name, a type or a port; AssertionError for an empty `restrictedAddresses` */
  constructor(opts: PublishOptions, carrier: Carrier) {
    super();
    this.#carrier = carrier;
    checkRequired(opts);
    this.name = opts.name;
    this.protocol = opts.protocol || 'tcp';
    this.probe = opts.probe !== false;
    this.type = typeText(opts.type, this.protocol);
    this.host = opts.host || hostname();
    this.port = opts.port;
    this.fqdn = `${this.name}.${this.type}.local`;
    this.subtypes = opts.subtypes || null;
    this.txt = opts.txt || null;
    this.addUnsafeServiceEnumerationRecord = opts.addUnsafeServiceEnumerationRecord || false;
    this.restrictedAddresses = restriction(opts.restrictedAddresses, this.fqdn);
    this.disabledIpv6 = opts.disabledIpv6 || false;
  }

  start(): void {
    if (!this._destroyed) this.#carrier.start(this);
  }

  /** @param callback called when the goodbye has left, at once if it is not started */
  stop(callback?: () => void): void {
    this.#carrier.stop(this, callback);
  }

  /** @param silent true: answers have the new data, and nothing is announced */
  updateTxt(txt: Record<string, string>, silent = false): void {
    this.txt = txt;
    this.#carrier.updateTxt(this, silent);
  }

  /** Stops it with a goodbye, and removes its listeners. */
  destroy(): void {
    this.stop();
    this.removeAllListeners();
    this._destroyed = true;
  }
}

export function encodeTxt(txt: Record<string, unknown> | null): Buffer[] {
  return Object.entries(txt ?? {}).map(([key, value]) => Buffer.from(`${key}=${value}`));
}
