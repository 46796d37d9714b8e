/** The worker of a program that was bundled: its file is copied beside the bundle, or its address is given. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { DIST, onLoopback, runProgram } from './loopback.js';

const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = fileURLToPath(new URL('worker.cjs', DIST));

/** @returns the address of a bundle of the package */
async function bundle(format: 'esm' | 'cjs'): Promise<string> {
  const outfile = join(folder, `${format}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [fileURLToPath(new URL('index.js', DIST))],
    outfile,
    bundle: true,
    format,
    platform: 'node',
    logLevel: 'error',
    ...(format === 'esm' && { banner: { js } }),
  });
  return outfile;
}

const program = (worker: string) => `
  try {
    const mdns = createMdns({ ...${JSON.stringify(onLoopback())}, worker: ${worker} });
    await mdns.publish({ name: 'Web', type: 'http', port: 80 }).announced;
    say('announced');
    await mdns.close();
  } catch ({ message }) { say(message); }`;
const ADVICE = expect.stringMatching(/If your program is bundled, copy dist\/worker\.cjs of mdns-actors/);

it('is found beside a bundle of ES modules, and else the message says what to do', async () => {
  const main = await bundle('esm');
  expect(await runProgram(program('true'), { from: main })).toEqual({ lines: [ADVICE], code: 0 });
  copyFileSync(file, join(folder, 'worker.cjs'));
  expect(await runProgram(program('true'), { from: main })).toEqual({ lines: ['announced'], code: 0 });
});

it('is found by its address from a bundle of CommonJS', async () => {
  const main = await bundle('cjs');
  expect(await runProgram(program('true'), { from: main })).toEqual({ lines: [ADVICE], code: 0 });
  const url = JSON.stringify(file);
  expect(await runProgram(program(`{ url: ${url} }`), { from: main })).toEqual({ lines: ['announced'], code: 0 });
});
