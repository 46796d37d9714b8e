import { describe, expect, it } from 'vitest';
import { type Asker, isForeign } from '../../../src/protocol/respond/asker.js';

describe('isForeign', () => {
  const far: Asker = { address: '198.51.100.9', port: 5353, to: 'unicast', onLink: false, isLegacy: false };

  it.each<[string, Partial<Asker>, boolean]>([
    ['a direct query from beyond the link', {}, true],
    ['a legacy one', { port: 40_000, isLegacy: true }, true],
    ['a direct query of a neighbour', { onLink: true }, false],
    ['a query to the group, from wherever', { to: 'group' }, false],
  ])('QU-06 SRC-03 %s', (_, part, foreign) => {
    expect(isForeign({ ...far, ...part })).toBe(foreign);
  });
});
