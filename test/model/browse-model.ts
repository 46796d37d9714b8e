/** A model of one browse, and of what the cache holds of the only service there is (RFC 6762 sections 5.2 and 10). */
import { setup } from 'xstate';

export type BrowseModelEvent =
  /** Somebody begins to browse. */
  | 'open'
  /** Nobody browses any more. */
  | 'leave'
  /** The service is announced. */
  | 'answer'
  /** It is announced with other data, which flushes the old. */
  | 'flush'
  | 'goodbye'
  /** It is gone without a word, until its records have expired. */
  | 'expire'
  /** It is gone, and a client that failed to connect reports it (RFC 6762 section 10.4). */
  | 'doubt'
  | 'close';

export type BrowseModelState = 'left.cold' | 'left.warm' | 'open.empty' | 'open.found' | 'closed';

export const browseModel = setup({ types: { events: {} as { readonly type: BrowseModelEvent } } }).createMachine({
  id: 'browse',
  initial: 'left',
  states: {
    left: {
      initial: 'cold',
      on: { close: 'closed' },
      states: {
        cold: { on: { open: '#open.empty', expire: 'cold' } },
        /** The cache still knows the service. */
        warm: { on: { open: '#open.found', flush: 'warm', goodbye: 'cold', expire: 'cold' } },
      },
    },
    open: {
      id: 'open',
      initial: 'empty',
      on: { close: 'closed' },
      states: {
        empty: {
          on: { leave: '#browse.left.cold', answer: 'found', flush: 'found', goodbye: 'empty', expire: 'empty' },
        },
        found: {
          on: {
            leave: '#browse.left.warm',
            answer: 'found',
            flush: 'found',
            goodbye: 'empty',
            expire: 'empty',
            doubt: 'empty',
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});
