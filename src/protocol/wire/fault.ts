/** Faults of received messages. A peer's mistake is a value, never an exception. */

export type WireFaultCode =
  /** Fewer bytes than a header has, or more than a message may have (RFC 6762 section 17). */
  | 'bad-size'
  /** The message ends before all that its header counts; the rest is lost. */
  | 'truncated'
  /** An invalid label or pointer, or a name of more than 255 bytes. */
  | 'bad-name'
  /** A type that no record can have. */
  | 'bad-type'
  /** Rdata that does not have the layout of its type; its usable part is kept. */
  | 'bad-rdata'
  /** Bytes after the last record; they are ignored. */
  | 'trailing-bytes';

export type Section = 'questions' | 'answers' | 'authorities' | 'additionals';

export interface WireFault {
  readonly code: WireFaultCode;
  /** Where the faulty part begins in the message, in bytes. */
  readonly offset: number;
  readonly section?: Section;
}
