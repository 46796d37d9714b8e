/**
 * The page of the inspector as one file of `dist` with its texts: bundled from `web`, with the state charts of
 * docs/machines. It is a module so that a bundler of a user's program finds it like any other file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { STYLE } from './charts/style.js';

export const PAGE = '#page';
export const PAGE_FILE = 'page.js';

/** @param root the folder of the project */
export async function pageModule(root: string): Promise<string> {
  const texts = {
    html: readFileSync(join(root, 'web/index.html'), 'utf8'),
    script: await bundled(root, 'web/main.ts'),
    style: (await bundled(root, 'web/app.css')) + STYLE,
    charts: JSON.stringify(chartsIn(join(root, 'docs/machines'))),
  };
  return Object.entries(texts)
    .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};\n`)
    .join('');
}

async function bundled(root: string, file: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** Without their own styles, which the page's rules do not admit. The style sheet of the page has the same. */
function chartsIn(folder: string): Record<string, string> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.svg'));
  return Object.fromEntries(
    files.map((name) => {
      const text = readFileSync(join(folder, name), 'utf8').replace(/<style>.*?<\/style>\n?/s, '');
      return [name.replace(/\.svg$/, ''), text];
    }),
  );
}
