/** What was wrong with a message that came in. A peer's mistake is a value, never an exception. */

export type WireFaultCode =
  /** Fewer bytes than a header has, or more than a message may have (RFC 6762 section 17). */
  | 'bad-size'
  /** The message ends before what its header counts; whatever was to follow is lost. */
  | 'truncated'
  /** A label or pointer that is none, or more than 255 bytes. */
  | 'bad-name'
  /** A type that no record can have. */
  | 'bad-type'
  /** Rdata that has not the shape of its type; what can be used of it is kept. */
  | 'bad-rdata'
  /** Bytes after the last record; they are ignored. */
  | 'trailing-bytes';

export type Section = 'questions' | 'answers' | 'authorities' | 'additionals';

export interface WireFault {
  readonly code: WireFaultCode;
  /** Where in the message the faulty part begins, in bytes. */
  readonly offset: number;
  readonly section?: Section;
}
