/** Whether a link works, from what was noticed on it while a question was asked. Pure. */
import type { LinkStatus } from '../actors/commands.js';
import type { Noticed } from './observed-network.js';

/** What is found out about one link. */
export interface Finding {
  readonly interface: string;
  readonly family: 'ipv4' | 'ipv6';
  /** `unused`: not meant to work, such as that of a container bridge. */
  readonly verdict: 'works' | 'doubtful' | 'broken' | 'unused';
  readonly addresses: readonly string[];
  /** What has been seen, or what is wrong. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string | undefined;
}

const FIREWALL =
  'A firewall of this machine drops incoming packets: allow UDP port 5353 (ufw allow 5353/udp; firewall-cmd --add-service=mdns).';
const SILENCE =
  'If there should be: access points with client isolation or multicast filters, guest networks, VLANs, VPNs and container networks keep hosts apart.';
const SHARED = 'Another responder, such as Avahi or mDNSResponder, uses the port as well, which is fine.';

export function diagnose(link: LinkStatus, noticed: Noticed): Finding {
  const { interface: on, family, addresses, state, reason } = link;
  const as = (verdict: Finding['verdict'], text: string, remedy?: string): Finding => {
    return { interface: on, family, verdict, addresses, text, remedy };
  };
  // The reasons of the library say what to do.
  if (state === 'unused') return as('unused', reason ?? 'it is not used');
  if (state !== 'up') return as('broken', reason ?? `it is ${state}`);
  if (noticed.sent === 0 && noticed.unsent !== undefined) return as('broken', noticed.unsent);
  if (noticed.sent === 0) return as('broken', 'nothing was sent in time', 'Give it more time, as with --timeout 10s.');
  const { size: others } = noticed.others;
  if (!noticed.hearsItself && others === 0)
    return as('broken', 'it sends, but receives nothing, not even its own packets', FIREWALL);
  const shared = noticed.portShared ? SHARED : undefined;
  // On the loopback interface every host has the same address.
  if (addresses.some((address) => /^127\.|^::1$/.test(address))) return as('works', 'it sends and receives', shared);
  if (others === 0)
    return as(
      'doubtful',
      'it sends and receives, but no other host is heard',
      [SILENCE, shared].filter(Boolean).join(' '),
    );
  return as('works', `it sends and receives, and hears ${others} other host${others === 1 ? '' : 's'}`, shared);
}
