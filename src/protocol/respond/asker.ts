/** Who asks, and how we may reach whom (RFC 6762 sections 5.4, 5.5, 6.7 and 11). */
import type { Question } from '../record.js';

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Where a query came from. */
export interface Asker extends Peer {
  /** Whether it came to the group, or to one of our own addresses. */
  readonly to: 'group' | 'unicast';
  /** Whether the source address lies in one of the interface's subnets. */
  readonly onLink: boolean;
  /** It asks from another port than that of Multicast DNS: a simple resolver, which understands none of it (section 6.7). */
  readonly isLegacy: boolean;
}

/** A query to our own address from beyond the link is none of our business (RFC 6762 section 5.5). */
export function isForeign(asker: Asker): boolean {
  return asker.to === 'unicast' && !asker.onLink;
}

/**
 * A "QU" question, or one that came by unicast. Where several subnets share a link, a querier of another one cannot be reached
 * by unicast (RFC 6762 sections 5.4, 5.5 and 11).
 */
export function acceptsUnicast(asker: Asker, question: Question): boolean {
  return asker.onLink && (question.unicastResponse || asker.to === 'unicast');
}
