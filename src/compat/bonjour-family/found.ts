/** What the three packages tell of a service that was found. */
import type { RemoteInfo } from 'node:dgram';
import type { ServiceInstance } from '../../index.js';
import { plainHost } from './advertise.js';
import type { Ground } from './ground.js';
import { bare } from './service-names.js';

/** The part that they have in common. */
export interface Found {
  name: string;
  fqdn: string;
  host: string;
  port: number;
  /** `http`. */
  type: string;
  protocol: string;
  subtypes: string[];
  addresses: string[];
  /** Who sent it. `size` is unknown, 0. */
  referer: RemoteInfo;
}

export function fqdnOf({ name, type, domain }: ServiceInstance): string {
  return `${name}.${type}.${domain}`;
}

export function foundFrom(ground: Ground, instance: ServiceInstance): Found {
  const [type = '', protocol = ''] = instance.type.split('.').map(bare);
  const { name, host, port, from } = instance;
  return {
    name,
    fqdn: fqdnOf(instance),
    host: plainHost(host),
    port,
    type,
    protocol,
    subtypes: (ground.mdns.facts(instance)?.subtypes ?? []).map(bare),
    addresses: [...new Set(instance.addresses.map(({ address }) => address))],
    referer: { address: from, family: from.includes(':') ? 'IPv6' : 'IPv4', port: ground.port, size: 0 },
  };
}

/** The strings of its TXT record; none for the one empty string that stands for none (RFC 6763 section 6.1). */
export function txtBlocks({ txtStrings }: ServiceInstance): Buffer[] {
  const blocks = txtStrings.map((each) => Buffer.from(each));
  return blocks.length === 1 && blocks[0]?.length === 0 ? [] : blocks;
}
