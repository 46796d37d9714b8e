/** Each replacement is an entry of the package, in both module systems. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { REPLACED } from '../../src/compat/replaced.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entries = Object.entries(packageJson.exports).filter(([name]) => /^\.\/compat\/(?!register$)/.test(name));

describe('the replacements', () => {
  it('are what package.json exports below "compat"', () => {
    expect(entries.map(([name]) => name.replace('./compat/', '')).sort()).toEqual(Object.values(REPLACED).sort());
  });

  it.each(entries)('%s has a file and types for import and for require', (name, conditions) => {
    const file = name.replace('./', './dist/');
    expect(conditions).toEqual({
      import: { types: `${file}.d.ts`, default: `${file}.js` },
      require: { types: `${file}.d.cts`, default: `${file}.cjs` },
    });
    const files = [`${file}.d.ts`, `${file}.js`, `${file}.d.cts`, `${file}.cjs`];
    expect(files.filter((each) => !existsSync(root + each))).toEqual([]);
  });
});
