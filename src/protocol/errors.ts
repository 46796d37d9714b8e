/** What went wrong, for programs. The message says for people what to do about it. */
export type MdnsErrorCode =
  | 'invalid-name'
  | 'invalid-type'
  | 'invalid-txt'
  | 'invalid-option'
  | 'name-in-use'
  | 'not-found'
  | 'timeout'
  | 'no-network'
  | 'aborted'
  | 'closed'
  | 'overflow'
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
