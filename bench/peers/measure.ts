/** What one run of one contender measures: the values of some rows. */
import type { Ability, Contender } from './contender.js';
import type { Row } from './table.js';

export interface Measure {
  /** What `--only` chooses. */
  readonly section: string;
  readonly rows: readonly Row[];
  readonly needs: Ability;
  /** The values of the rows, in their order; undefined where the contender has none. Throws when the run does not count. */
  run(contender: Contender): Promise<readonly (number | undefined)[]>;
}
