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
