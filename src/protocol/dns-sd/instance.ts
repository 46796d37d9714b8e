import type { Name } from '../name.js';

export interface ServiceAddress {
  /** Canonical text without a zone. */
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** The interface on which it was heard and through which it can be reached. */
  readonly interface: string;
  /**
   * The zone of link-local IPv6 addresses: connect to `${address}%${scopeId}`. The interface name; on Windows its
   * index.
   */
  readonly scopeId?: string;
}

/** A discovered service instance: one object, however many interfaces it was seen on. Plain data. */
export interface ServiceInstance {
  /** The instance label as people see it, unescaped: `Living Room (2)`. */
  readonly name: string;
  /** The service type without the domain: `_http._tcp`. */
  readonly type: string;
  /** The domain: `local`. */
  readonly domain: string;
  /** `<instance>.<type>.<domain>` in presentation form. */
  readonly fullName: Name;
  /** SRV target: `printer.local`. */
  readonly host: Name;
  readonly port: number;
  /**
   * The address of the host that sent the SRV record first, without a zone: the owner, or a machine that publishes on
   * its behalf. It is easily forged, so do not trust it.
   */
  readonly from: string;
  /** The TTL of the SRV record in seconds, as its owner last sent it before the instance was reported. */
  readonly ttlSeconds: number;
  /**
   * TXT attributes by key, as written in the record; `true` for a key without `=`. Values are decoded as UTF-8;
   * `txtStrings` has the bytes. Keys compare without regard to case, and the first of equal keys wins (RFC 6763 section
   * 6.4).
   */
  readonly txt: Readonly<Record<string, string | true>>;
  /** The strings of the TXT record as received. */
  readonly txtStrings: readonly Uint8Array[];
  /**
   * A URL to open, such as `http://printer.local:8080/status`, for types that have one: http, ipp, ssh, smb, vnc and a
   * dozen more. The scheme follows from the type, host and port from the SRV record, and the path from the TXT record,
   * encoded so that it changes neither scheme nor host. undefined for other types, and for a host that a URL cannot
   * have.
   */
  readonly url: string | undefined;
  /**
   * The first address and the port, to connect to: `198.18.0.7:80`, `[fd00::7]:80`, `[fe80::7%eth0]:80` with the zone.
   * undefined without an address.
   */
  readonly hostPort: string | undefined;
  /**
   * In the order in which to try connecting: neighbours in a subnet of the interface first, and the newest first among
   * those. Frozen, and shared by all instances of the host: copy the list to sort it differently.
   */
  readonly addresses: readonly ServiceAddress[];
}
