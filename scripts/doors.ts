/**
 * Doors to our dependencies: CommonJS files in `dist` through which its ES modules import what is CommonJS anyway
 * (decision 23). Node reads a CommonJS file from end to end for its exports before an ES module may import it, which
 * takes longer than running it; a door is short, and requires the parts that we use instead of all. `imports` in
 * package.json says when a door is used.
 */
import { readFileSync } from 'node:fs';

/** By the name of an import in package.json; the command line has its own, as it uses other parts. */
const doors = {
  '#rxjs': { package: 'rxjs', folder: 'src/', file: 'rxjs' },
  '#rxjs/cli': { package: 'rxjs', folder: 'src/cli/', file: 'rxjs-cli' },
  '#dns-packet': { package: 'dns-packet', folder: 'src/', file: 'dns-packet' },
} as const;

type Door = keyof typeof doors;
const names = Object.keys(doors) as Door[];

/** The door to a package from a file of `src`; undefined if it is imported as it is. */
export function doorFor(packageName: string, importer: string): Door | undefined {
  const fitting = names.filter((name) => doors[name].package === packageName);
  return fitting.filter((name) => importer.startsWith(doors[name].folder)).at(-1);
}

/** The files of the doors and their texts, for programs that use them. */
export function doorText(programs: readonly string[]): Record<string, string> {
  const { '#rxjs': library, '#rxjs/cli': cli } = doors;
  const [inLibrary, inCli] = [usedBy(programs, '#rxjs'), usedBy(programs, '#rxjs/cli')];
  return {
    [`${library.file}.cjs`]: rxjsParts(inLibrary),
    [`${library.file}.js`]: `export { ${inLibrary.join(', ')} } from 'rxjs';\n`,
    [`${cli.file}.cjs`]: rxjsParts(inCli),
    // In two steps: Node would follow `module.exports = require()`, and read that file.
    [`${doors['#dns-packet'].file}.cjs`]: `const dnsPacket = require('dns-packet');\nmodule.exports = dnsPacket;\n`,
  };
}

function usedBy(programs: readonly string[], door: Door): string[] {
  const imports = programs.flatMap((text) => [...text.matchAll(/^import \{([^}]*)\} from "([^"]+)";/gm)]);
  const lists = imports.filter(([, , from]) => from === door).map(([, list = '']) => list.split(','));
  return [...new Set(lists.flat().map((name) => name.trim().replace(/ as .*/s, '')))].sort();
}

/** Each part from the file where RxJS's own index has it from, so that it is the same as users import. */
function rxjsParts(used: readonly string[]): string {
  const index = readFileSync(new URL('../node_modules/rxjs/dist/cjs/index.js', import.meta.url), 'utf8');
  const lines = used.map((name) => {
    const [, from] = new RegExp(`"${name}", \\{.*return (\\w+)\\.${name};`).exec(index) ?? [];
    const [, file] = new RegExp(`var ${from} = require\\("\\./(internal/[^"]+)"\\)`).exec(index) ?? [];
    if (file === undefined) throw new Error(`RxJS's index has no ${name}`);
    return `exports.${name} = require('rxjs/${file}').${name};\n`;
  });
  return lines.join('');
}
