/** The pages in the order in which a reader needs them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const docs = new URL('../pages/', import.meta.url);

interface Entry {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: Entry[];
}

/** What is not named here comes under "More", so that no page is lost. */
const groups: Readonly<Record<string, readonly string[]>> = {
  Use: ['guide/publish', 'guide/find', 'guide/names', 'guide/processes', 'testing', 'cli', 'workers', 'inspector'],
  Reference: ['options', 'defaults', 'errors'],
  Help: ['troubleshooting', 'coming-from', 'faq'],
};

export function sidebar(): Entry[] {
  const named = Object.values(groups).flat();
  const others = pagesIn('').filter((page) => !named.includes(page));
  return [
    { text: 'Start', items: [page('guide/README', 'Guide'), { text: 'API reference', link: '/api/' }] },
    ...Object.entries(groups).map(([text, pages]) => ({
      text,
      items: pages.filter(isThere).map((each) => page(each)),
    })),
    { text: 'Programs written for other packages', collapsed: true, items: folder('compat') },
    { text: 'How it is made', items: others.map((each) => page(each)) },
    { text: 'State charts', collapsed: true, items: pagesIn('machines/').map((each) => page(each)) },
    { text: 'Decisions', collapsed: true, items: pagesIn('decisions/').map((each) => page(each)) },
  ];
}

/** An entry of the package each, with what it exports by kind. */
export function apiSidebar(): Entry[] {
  const names: Readonly<Record<string, string>> = {
    index: 'mdns-actors',
    testing: 'mdns-actors/testing',
    xstate: 'mdns-actors/xstate',
  };
  return Object.entries(names).map(([entry, text]) => ({
    text,
    link: `/api/${entry}/`,
    items: ['functions', 'classes', 'interfaces', 'type-aliases', 'variables'].flatMap((kind) => {
      const pages = pagesIn(`api/${entry}/${kind}/`);
      const items = pages.map((each) => ({ text: each.split('/').at(-1) ?? '', link: `/${each}` }));
      return items.length === 0 ? [] : [{ text: kind.replace('-', ' '), collapsed: kind !== 'functions', items }];
    }),
  }));
}

/** The pages of a folder, its README first. */
function folder(name: string): Entry[] {
  return [`${name}/README`, ...pagesIn(`${name}/`)].filter(isThere).map((each) => page(each));
}

function isThere(path: string): boolean {
  return existsSync(new URL(`${path}.md`, docs));
}

/** The pages of a folder of `docs`, without its README. */
function pagesIn(folder: string): string[] {
  const url = new URL(folder, docs);
  if (!existsSync(url)) return [];
  const files = readdirSync(url).filter((file) => file.endsWith('.md') && file !== 'README.md');
  return files.sort().map((file) => `${folder}${file.replace('.md', '')}`);
}

function page(path: string, text = titleOf(path)): Entry {
  return { text, link: `/${path.replace(/README$/, '')}` };
}

function titleOf(path: string): string {
  const [, title = path] = /^# (.+)$/m.exec(readFileSync(new URL(`${path}.md`, docs), 'utf8')) ?? [];
  return title.replaceAll('`', '');
}
