/**
 * Joins chunks that are loaded together (decision 23). The bundler makes one for each combination of entries that share
 * modules, and there are many entries: the package's index would load twenty files where three do.
 */
import { createHash } from 'node:crypto';
import { dirname, posix } from 'node:path';
import { build, type Metafile } from 'esbuild';

type Outputs = Metafile['outputs'];

/** Where each joined chunk is now, and the prefix of its exports there. */
type Homes = Map<string, { readonly file: string; readonly prefix: string }>;

/** Texts of files, by their paths relative to `dist`. */
type Texts = Readonly<Record<string, string>>;

/**
 * @param texts what the bundler has made
 * @param written what it says about these files; there their paths begin with `dist/`
 * @param roots modules: of the files that the first one loads, those are joined that the same ones of the others load, too
 */
export async function joinChunks(texts: Texts, written: Outputs, roots: readonly string[]): Promise<Texts> {
  const outputs = belowDist(written);
  const homes: Homes = new Map();
  const joined: Record<string, string> = {};
  // A chunk imports none that fewer roots load, so these are last, when it is known where the others are.
  for (const chunks of groups(outputs, roots)) {
    const prefixed = chunks.map((chunk, i) => ({ chunk, prefix: `c${i}_` }));
    const lines = prefixed.map(({ chunk, prefix }) => {
      const names = outputs[chunk]?.exports.map((name) => `${name} as ${prefix}${name}`);
      return `export { ${names} } from './${chunk}';`;
    });
    const text = redirected(await bundled(texts, lines, chunks), '', homes);
    const file = `chunk-${createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase()}.js`;
    joined[file] = text;
    for (const { chunk, prefix } of prefixed) homes.set(chunk, { file, prefix });
  }
  const others = Object.entries(texts).filter(([file]) => !homes.has(file));
  // Those first that the others import: so they are written.
  return {
    ...joined,
    ...Object.fromEntries(others.map(([file, text]) => [file, redirected(text, dirname(file), homes)])),
  };
}

function belowDist(written: Outputs): Outputs {
  const below = (path: string) => path.replace(/^dist\//, '');
  const entries = Object.entries(written).map(([file, output]) => {
    const imports = output.imports.map((each) => ({ ...each, path: each.external ? each.path : below(each.path) }));
    return [below(file), { ...output, imports }] as const;
  });
  return Object.fromEntries(entries);
}

/** Those first that most of the roots load. */
function groups(outputs: Outputs, roots: readonly string[]): string[][] {
  const loaded = roots.map((root) => {
    const file = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === root);
    if (file === undefined) throw new Error(`no file is made of ${root}`);
    return loadedBy(outputs, file);
  });
  const byRoots = new Map<string, string[]>();
  for (const file of loaded[0] ?? []) {
    if (outputs[file]?.entryPoint !== undefined) continue;
    const who = loaded.map((files) => Number(files.has(file))).join('');
    byRoots.set(who, [...(byRoots.get(who) ?? []), file]);
  }
  const count = (who: string) => who.replaceAll('0', '').length;
  return [...byRoots].sort(([a], [b]) => count(b) - count(a)).map(([, chunks]) => chunks);
}

/** Without what is loaded later, by `import()`. */
function loadedBy(outputs: Outputs, root: string): Set<string> {
  const found = new Set([root]);
  for (const file of found) {
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && !external) found.add(path);
  }
  return found;
}

async function bundled(texts: Texts, lines: readonly string[], chunks: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n') },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
    plugins: [
      {
        name: 'these chunks only',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^/ }, ({ path }) => {
            const chunk = posix.normalize(path);
            return chunks.includes(chunk)
              ? { path: chunk, namespace: 'chunk', sideEffects: true }
              : { path, external: true };
          });
          onLoad({ filter: /^/, namespace: 'chunk' }, ({ path }) => ({ contents: texts[path] ?? '' }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

/** The text of a file in that folder, which imports what was joined from where it is now. */
function redirected(text: string, folder: string, homes: Homes): string {
  return text.replace(/^import (?:\{([^}]*)\} from )?"(\.[^"]*)";\n/gm, (statement, names?: string, from = '') => {
    const home = homes.get(posix.join(folder, from));
    if (home === undefined) return statement;
    // Without names it is for an order of effects, of which our modules have none (`sideEffects` in package.json).
    if (names === undefined) return '';
    const { file, prefix } = home;
    const list = names.split(',').map((each) => {
      const [name = '', local = name] = each.trim().split(' as ');
      return `${prefix}${name} as ${local}`;
    });
    const path = posix.relative(folder, file);
    return `import { ${list.join(', ')} } from "${path.startsWith('.') ? path : `./${path}`}";\n`;
  });
}
