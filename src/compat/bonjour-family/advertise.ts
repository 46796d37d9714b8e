/** Publishes a service of one of the three packages. */

import { AS_OTHERS_DO, type AsOthersDo } from '../../api/publish.js';
import type { PublishedService } from '../../api/published-service.js';
import type { MdnsError, ServiceOptions } from '../../index.js';
import { ownAddresses } from '../machine.js';
import { portNumber } from '../port-number.js';
import type { Ground } from './ground.js';

export interface Advertised {
  readonly name: string;
  /** `_http._tcp`. */
  readonly type: string;
  readonly port: number;
  /** Any text: it is the target of the SRV record. */
  readonly host: string;
  readonly txt: readonly Uint8Array[];
  readonly subtypes: readonly string[];
  readonly probe: boolean;
  readonly ipv6: boolean;
  /** Only the addresses that it accepts. Default: all. */
  readonly accepts?: ((address: string, on: string) => boolean) | undefined;
}

export interface AdvertisementListener {
  /** Its first announcement has left. */
  announced(host: string): void;
  /** Another host has the name. */
  taken(): void;
  /** It cannot be published, for another reason. */
  failed(error: MdnsError): void;
}

/** @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, `invalid-option` */
export function advertise(ground: Ground, wanted: Advertised, listener: AdvertisementListener): PublishedService {
  const { name, type, txt, subtypes, probe } = wanted;
  const service: ServiceOptions & { readonly [AS_OTHERS_DO]?: AsOthersDo } = {
    ...{ name, type, port: portNumber(wanted.port), txt, subtypes, ...hostOf(ground, wanted) },
    strict: false,
    onConflict: 'fail',
    ...(!probe && { [AS_OTHERS_DO]: { unprobed: true } }),
  };
  const published = ground.mdns.publish(service);
  published.changes$.subscribe((change) => {
    if (change.event === 'announced') listener.announced(plainHost(change.host));
    if (change.event !== 'failed') return;
    if (change.error.code === 'name-in-use') listener.taken();
    else listener.failed(change.error);
  });
  return published;
}

/** With a single peer there is one link, on which tests expect all addresses of this computer. */
function hostOf({ hasPeer }: Ground, { host, ipv6, accepts }: Advertised): Partial<ServiceOptions> {
  const exact = { host: `${host.replace(/\.$/, '')}.` };
  const isFine = (address: string, family: string, on: string) => {
    return (ipv6 || family === 'ipv4') && (accepts?.(address, on) ?? true);
  };
  if (hasPeer) {
    const own = ownAddresses().filter(({ address, family, on }) => isFine(address, family, on));
    return own.length === 0 ? exact : { ...exact, addresses: own.map(({ address }) => address) };
  }
  // Services with equal lists share a host, and those with functions do not.
  if (!accepts) return ipv6 ? exact : { ...exact, addressFilter: ['0.0.0.0/0'] };
  return { ...exact, addressFilter: ({ address, family }, on) => isFine(address, family, on.name) };
}

/** A name as dns-packet shows it, without escapes. */
export function plainHost(name: string): string {
  return name.replace(/\\(\d{3}|.)/g, (_, each: string) => (each.length === 3 ? `\\${each}` : each));
}
