/** Bundles a program for Node.js: `node bundle.mjs <bundler> <program> <folder>`; the result is `<folder>/main.mjs`. */
import { join } from 'node:path';
import { env } from 'node:process';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

const [, , bundler, program, folder] = process.argv;
/** What CommonJS in a bundle of ES modules needs, as the docs of esbuild say. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const bundlers = {
  esbuild: () =>
    esbuild({
      entryPoints: [program],
      outfile: join(folder, 'main.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: { js: banner },
      logLevel: 'error',
    }),

  vite: () =>
    vite({
      root: folder,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: program,
        outDir: folder,
        target: 'node20',
        rollupOptions: { output: { entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' } },
      },
    }),

  rollup: async () => {
    const plugins = [nodeResolve({ exportConditions: ['node'], preferBuiltins: true }), commonjs(), json()];
    const bundle = await rollup({ input: program, plugins, external: /^node:/, onLog: refuse });
    await bundle.write({ dir: folder, format: 'es', entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' });
    await bundle.close();
  },

  webpack: () =>
    new Promise((resolve, reject) => {
      const output = { path: folder, filename: 'main.mjs', module: true, chunkFormat: 'module' };
      const options = {
        mode: 'production',
        target: 'node20',
        entry: program,
        output,
        optimization: { minimize: false },
      };
      webpack({ ...options, experiments: { outputModule: true } }, (error, stats) => {
        const failed =
          error ??
          (stats.hasErrors() || stats.hasWarnings() ? new Error(stats.toString('errors-warnings')) : undefined);
        if (failed) reject(failed);
        else resolve();
      });
    }),
};

/** Circles within dependencies are theirs; everything else is a fault. */
function refuse(level, { code, message }) {
  if (level === 'warn' && code !== 'CIRCULAR_DEPENDENCY') throw new Error(message);
}

env.NODE_ENV = 'production';
await bundlers[bundler]();
