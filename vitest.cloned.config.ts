/** The scenarios and the tests of the API once more, over a boundary that clones both ways. `npm run test:cloned`. */
import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

const cloned = mergeConfig(base, { test: { setupFiles: ['test/support/cloned.ts'] } });
cloned.test.include = ['test/scenarios/**/*.test.ts', 'test/api/**/*.test.ts'];
export default cloned;
