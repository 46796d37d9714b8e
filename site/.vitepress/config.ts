/** The site: the pages of `docs` as they are, README as the front page, and the API reference that TypeDoc makes. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { links } from './links.js';
import { apiSidebar, sidebar } from './pages.js';

const root = new URL('../../', import.meta.url);
const { repository, homepage } = JSON.parse(readFileSync(new URL('project.json', root), 'utf8'));

export default defineConfig({
  title: 'mdns-actors',
  description: 'Multicast DNS and DNS-SD for Node.js',
  lang: 'en',
  base: new URL(`${homepage}/`).pathname,
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './.vitepress/cache',
  // GitHub shows README.md for a folder, a site index.html.
  rewrites: {
    'README.md': 'index.md',
    ':folder/README.md': ':folder/index.md',
    'api/:entry/README.md': 'api/:entry/index.md',
  },
  // A link without a target ends the build.
  ignoreDeadLinks: false,
  lastUpdated: false,
  markdown: { config: (md) => links(md, { repository, pages: new URL('site/pages/', root) }) },
  // The index of the search is larger than the default allows, in kB.
  vite: { build: { chunkSizeWarningLimit: 5_000 } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/' },
      { text: 'Options', link: '/options' },
      { text: 'API', link: '/api/' },
      { text: 'Repository', link: repository },
    ],
    sidebar: { '/': sidebar(), '/api/': apiSidebar() },
    outline: [2, 3],
    footer: { message: 'MIT license' },
  },
});
