import { Scheduled } from '../deadline-heap.js';

/**
 * Other hosts' questions for a record set (RFC 6762 section 10.5). Its deadline is when the owner should have answered.
 */
export class Observation<S> extends Scheduled {
  /** The number of questions since `from` that count; 0 when it is over. */
  count: 0 | 1 | 2 = 0;
  from = -Infinity;

  constructor(readonly set: S) {
    super();
  }
}
