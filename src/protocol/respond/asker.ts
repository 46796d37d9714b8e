/** The sender of a query, and how to reach it (RFC 6762 sections 5.4, 5.5, 6.7 and 11). */
import type { Question } from '../record.js';

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** The sender of a query. */
export interface Asker extends Peer {
  /** Whether the query was sent to the group or to one of our own addresses. */
  readonly to: 'group' | 'unicast';
  /** Whether the source address lies in one of the interface's subnets. */
  readonly onLink: boolean;
  /**
   * Whether it uses another port than 5353: then it is a simple resolver that does not understand Multicast DNS
   * (section 6.7).
   */
  readonly isLegacy: boolean;
}

/** Whether a query to our own address comes from beyond the link; it must be ignored (RFC 6762 section 5.5). */
export function isForeign(asker: Asker): boolean {
  return asker.to === 'unicast' && !asker.onLink;
}

/**
 * Whether a question may be answered by unicast: a "QU" question, or one that was sent by unicast. If several subnets
 * share a link, queriers in other subnets cannot be reached by unicast (RFC 6762 sections 5.4, 5.5 and 11).
 */
export function acceptsUnicast(asker: Asker, question: Question): boolean {
  return asker.onLink && (question.unicastResponse || asker.to === 'unicast');
}
