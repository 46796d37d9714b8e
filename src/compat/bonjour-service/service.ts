/** A service that is published, as bonjour-service has it. */
import type { RemoteInfo } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { HOST_TTL_SECONDS, OTHER_TTL_SECONDS } from '../../protocol/constants.js';
import { typeText } from '../bonjour-family/service-names.js';
import { hostname, ownAddresses } from '../machine.js';
import { type Anything, encodeTxt, type KeyValue } from './txt.js';

export interface ServiceConfig {
  /** A `.` in it becomes `-`. */
  name: string;
  /** `http`. */
  type: string;
  /** Not 0. */
  port: number;
  /** Default: `tcp`. */
  protocol?: 'tcp' | 'udp';
  /** The target of the SRV record, as it is. Default: the name of this computer. */
  host?: string;
  /** Without effect. */
  fqdn?: string;
  subtypes?: Array<string>;
  /** Each value is written as text, `key=value`. */
  txt?: KeyValue;
  /** Whether the name is probed for first. Default: true. */
  probe?: boolean;
  /** Default: false. */
  disableIPv6?: boolean;
}

export interface ServiceRecord {
  name: string;
  type: 'PTR' | 'SRV' | 'TXT' | 'A' | 'AAAA';
  ttl: number;
  data: Anything;
}

export type ServiceReferer = RemoteInfo;

const TLD = '.local';
const PTR_TTL = 28_800;

export class Service extends EventEmitter {
  readonly start: CallableFunction;
  readonly stop: CallableFunction;
  name: string;
  type: string;
  protocol: 'tcp' | 'udp';
  port: number;
  host: string;
  fqdn: string;
  txt?: Anything;
  subtypes?: Array<string>;
  addresses?: Array<string>;
  referer?: ServiceReferer;
  disableIPv6: boolean;
  lastSeen?: number;
  ttl?: number;
  probe = true;
  published = false;
  activated = false;
  destroyed = false;

  constructor(config: ServiceConfig, start: CallableFunction, stop: CallableFunction) {
    super();
    this.start = start;
    this.stop = stop;
    for (const each of ['name', 'type', 'port'] as const) {
      if (!config[each]) throw new Error(`ServiceConfig requires \`${each}\` property to be set`);
    }
    this.name = config.name.split('.').join('-');
    this.protocol = config.protocol || 'tcp';
    this.type = typeText(config.type, this.protocol);
    this.port = config.port;
    this.host = config.host || hostname();
    this.fqdn = `${this.name}.${this.type}${TLD}`;
    this.txt = config.txt;
    if (config.subtypes !== undefined) this.subtypes = config.subtypes;
    this.disableIPv6 = !!config.disableIPv6;
  }

  /** What the original publishes, on every interface alike. What is published here is right for each interface. */
  records(): Array<ServiceRecord> {
    const { type, fqdn, host, port, subtypes = [] } = this;
    const pointer = (name: string) => ({ name, type: 'PTR' as const, ttl: PTR_TTL, data: fqdn });
    const addresses = ownAddresses().filter(({ family }) => family === 'ipv4' || !this.disableIPv6);
    return [
      pointer(`${type}${TLD}`),
      { name: fqdn, type: 'SRV', ttl: HOST_TTL_SECONDS, data: { port, target: host } },
      { name: fqdn, type: 'TXT', ttl: OTHER_TTL_SECONDS, data: encodeTxt(this.txt) },
      { name: `_services._dns-sd._udp${TLD}`, type: 'PTR', ttl: HOST_TTL_SECONDS, data: `${type}${TLD}` },
      ...subtypes.map((subtype) => pointer(`_${subtype}._sub.${type}${TLD}`)),
      ...addresses.map(({ address, family }) => {
        return { name: host, type: family === 'ipv4' ? 'A' : 'AAAA', ttl: HOST_TTL_SECONDS, data: address } as const;
      }),
    ];
  }
}
