/** The types of the options about domains beyond the link. */
/** A domain beyond the link. */
export interface DomainOptions {
  /** `office.example`. */
  readonly name: string;
  /**
   * The server to ask, `192.0.2.53` or `[fd00::53]:5300`, or several, of which the first that answers is used. Default:
   * the servers of the system.
   */
  readonly server?: string | readonly string[];
  /**
   * Signs what is published there (TSIG, RFC 8945): a key, or a file with one as `tsig-keygen` of BIND writes it, that
   * other users cannot read. Default: none; a server takes changes without one only if its configuration says so.
   */
  readonly key?: DomainKey | DomainKeyFile;
}

/** A key that a DNS server knows, too. */
export interface DomainKey {
  /** The same on both sides: `office-key`. */
  readonly name: string;
  /** In Base64, as the server's configuration has it. */
  readonly secret: string;
  /** Default: `hmac-sha256`. */
  readonly algorithm?: 'hmac-sha256' | 'hmac-sha512';
}

export interface DomainKeyFile {
  readonly file: string;
}

/** The options of `domains`. */
export interface DomainsOptions {
  /** The domain whose lists are read. Default: all that are known here. */
  readonly domain?: string;
  /** Milliseconds. Default: 3000. */
  readonly timeout?: number;
  /** Aborting it ends the wait with `aborted`. Default: none. */
  readonly signal?: AbortSignal;
}

/** The part of the options of `publish` and `publishHost` about domains beyond the link. */
export interface PublishingDomains {
  /**
   * Where to publish it: `local` for the interfaces, and any of the `domains` of `createMdns`, whose servers must let
   * its key change the zone (RFC 2136). The host goes where its services are. Default: `local`.
   */
  readonly domains?: readonly string[];
}
