/** A service that is published, as bonjour 3 has it. */
import { EventEmitter } from 'node:events';
import { HOST_TTL_SECONDS, OTHER_TTL_SECONDS } from '../../protocol/constants.js';
import { checkRequired } from '../bonjour-family/older.js';
import { typeText } from '../bonjour-family/service-names.js';
import { hostname, ownAddresses } from '../machine.js';

export interface ServiceOptions {
  name: string;
  /** `http`. */
  type: string;
  /** Not 0. */
  port: number;
  /** Default: `tcp`. */
  protocol?: 'udp' | 'tcp' | undefined;
  /** The target of the SRV record, as it is. Default: the name of this computer. */
  host?: string | undefined;
  subtypes?: string[] | undefined;
  /** `true` is a key without a value, bytes are written as they are, and all others as text. */
  txt?: { [key: string]: unknown } | undefined;
  /** Whether the name is probed for first. Default: true. */
  probe?: boolean | undefined;
}

const TLD = '.local';

export class Service extends EventEmitter {
  name: string;
  protocol: 'udp' | 'tcp';
  type: string;
  host: string;
  port: number;
  fqdn: string;
  subtypes: string[] | null;
  txt: { [key: string]: unknown } | null;
  published = false;
  /** Set by what publishes it. */
  start: () => void = () => {};
  stop: (stopped?: () => void) => void = () => {};
  _activated = false;
  _destroyed?: boolean;

  constructor(opts: ServiceOptions) {
    super();
    checkRequired(opts);
    this.name = opts.name;
    this.protocol = opts.protocol || 'tcp';
    this.type = typeText(opts.type, this.protocol);
    this.host = opts.host || hostname();
    this.port = opts.port;
    this.fqdn = `${this.name}.${this.type}${TLD}`;
    this.subtypes = opts.subtypes || null;
    this.txt = opts.txt || null;
  }

  /** What the original publishes, on every interface alike. What is published here is right for each interface. */
  _records(): { name: string; type: string; ttl: number; data: unknown }[] {
    const { type, fqdn, host, port, txt } = this;
    return [
      { name: `${type}${TLD}`, type: 'PTR', ttl: 28_800, data: fqdn },
      { name: fqdn, type: 'SRV', ttl: HOST_TTL_SECONDS, data: { port, target: host } },
      { name: fqdn, type: 'TXT', ttl: OTHER_TTL_SECONDS, data: packTxt(encodeTxt(txt)) },
      ...ownAddresses().map(({ address, family }) => {
        return { name: host, type: family === 'ipv4' ? 'A' : 'AAAA', ttl: HOST_TTL_SECONDS, data: address };
      }),
    ];
  }
}

export function encodeTxt(txt: ServiceOptions['txt'] | null): Buffer[] {
  return Object.entries(txt ?? {}).map(([key, value]) => {
    if (value === true) return Buffer.from(key);
    if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`${key}=`), value]);
    return Buffer.from(`${key}=${value}`);
  });
}

/** The rdata of a TXT record (RFC 6763 section 6.1). */
export function packTxt(blocks: readonly Buffer[]): Buffer {
  if (blocks.length === 0) return Buffer.from([0]);
  return Buffer.concat(blocks.flatMap((block) => [Buffer.from([block.length]), block]));
}
