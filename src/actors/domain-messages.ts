/** The events of a unicast domain: a domain beyond the link, on the servers that know it. See `messages.ts`. */
import type { LinkFault } from '../net/network.js';
import type { Name } from '../protocol/name.js';
import type { DomainState } from './commands.js';
import type { RecordCacheEvent } from './messages.js';

/** A domain takes questions as a link does. */
export type DomainCommand =
  | Extract<RecordCacheEvent, { type: `questions.${string}` | 'watcher.gone' | 'records.doubted' }>
  | { readonly type: 'domain.close' };

/** What a domain reports to the supervisor. */
export type DomainReport = {
  readonly type: 'domain.reported';
  readonly domain: Name;
  readonly state: DomainState;
  readonly fault: LinkFault | undefined;
};
