/** A service as node_mdns passes it through a resolver sequence. */
import type { Mdns, NetworkInterface, ServiceInstance } from '../../index.js';
import { FLAG_ADD } from './constants.js';
import type { ServiceType } from './service-type.js';

export interface Service {
  interfaceIndex: number;
  /** The interface's name. */
  networkInterface?: string;
  type: ServiceType;
  /** `local.` */
  replyDomain: string;
  /** `kDNSServiceFlagsAdd`, unless it has gone. */
  flags: number;
  /** Missing for a type, which `browseThemAll` finds. */
  name?: string;
  /** As DNS writes it: `My\032Site._http._tcp.local.` */
  fullname?: string;
  /** `printer.local.` */
  host?: string;
  port?: number;
  addresses?: string[];
  /** The TXT record's data, each string after its length; missing if there is none. */
  rawTxtRecord?: Buffer;
  /** Keys without a value are undefined. */
  txtRecord?: Record<string, string | undefined>;
}

/** What is known of a service already, for the steps of a sequence. */
const known = new WeakMap<Service, { readonly mdns: Mdns; readonly instance: ServiceInstance | undefined }>();

export function remember(service: Service, mdns: Mdns, instance: ServiceInstance | undefined): void {
  known.set(service, { mdns, instance });
}

export function knownOf(
  service: Service,
): { readonly mdns: Mdns; readonly instance: ServiceInstance | undefined } | undefined {
  return known.get(service);
}

/** A service or a type as it is when it was found, before any step; `on` is the interface, as far as it is known. */
export function foundService(
  type: ServiceType,
  name: string | undefined,
  on: Pick<NetworkInterface, 'name' | 'index'> | undefined,
  isUp: boolean,
): Service {
  return {
    interfaceIndex: on?.index ?? 0,
    type,
    replyDomain: 'local.',
    flags: isUp ? FLAG_ADD : 0,
    ...(name !== undefined && { name }),
    ...(on !== undefined && { networkInterface: on.name }),
  };
}

/** Fills in what `DNSServiceResolve` reports. */
export function fillIn(service: Service, instance: ServiceInstance): void {
  const { name, type, domain, host, port, txtStrings } = instance;
  service.fullname = `${escaped(name)}.${type}.${domain}.`;
  service.host = `${host}.`;
  service.port = port;
  if (txtStrings.every((string) => string.length === 0)) return;
  service.rawTxtRecord = Buffer.concat(txtStrings.map((string) => Buffer.from([string.length, ...string])));
  service.txtRecord = Object.fromEntries(txtStrings.map(attribute).filter(([key]) => key !== ''));
}

function attribute(bytes: Uint8Array): [key: string, value: string | undefined] {
  const text = Buffer.from(bytes).toString();
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** As `DNSServiceConstructFullName` does: dots, backslashes, and what is not seen. */
function escaped(label: string): string {
  const code = (character: string) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  return label.replace(/[.\\]/g, '\\$&').replace(/[\x00-\x20]/g, code);
}
