/** What went wrong, for programs. The message says for people what to do about it. */
export type MdnsErrorCode =
  /** A name is not valid: of a host, an instance or a subtype. */
  | 'invalid-name'
  /** A service type or a record type is not valid. */
  | 'invalid-type'
  /** TXT data cannot be written. */
  | 'invalid-txt'
  /** An option does not exist, or its value is not valid. */
  | 'invalid-option'
  /** Another host has the name, and `onConflict` says `fail`, gives up, or has returned 15 names that are all taken. */
  | 'name-in-use'
  /** The name exists, but has no such record or address. */
  | 'not-found'
  /** No answer came in time. */
  | 'timeout'
  /** No link was usable while the wait lasted; the message has the reason of `status`. */
  | 'no-network'
  /** The signal was aborted. */
  | 'aborted'
  /** The `Mdns` was closed, or the service was withdrawn. */
  | 'closed'
  /** A loop left 10,000 events of a browse unread. */
  | 'overflow'
  /**
   * A bug in this package: promises reject with it and browses end with it, and `status` has the reason. Create another
   * `Mdns`.
   */
  | 'internal';

/** A caller's mistake, or a wait that ended without a result. Never caused by what a peer sends. */
export class MdnsError extends Error {
  override readonly name = 'MdnsError';
  readonly code: MdnsErrorCode;

  constructor(code: MdnsErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
