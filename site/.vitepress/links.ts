/**
 * The links of the pages, which are written for GitHub: those that leave `docs` lead into the repository, those to a README lead
 * to the page of its folder, and pictures in HTML are found beside their page.
 */
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Token {
  readonly type: string;
  content: string;
  readonly children: Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

interface MarkdownIt {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
}

interface State {
  readonly tokens: Token[];
  /** `path` is the page as a file. */
  readonly env: { readonly path?: string; readonly realPath?: string };
}

interface Place {
  readonly repository: string;
  /** The copy of `docs`. */
  readonly pages: URL;
}

export function links(md: unknown, place: Place): void {
  (md as MarkdownIt).core.ruler.push('links', ({ tokens, env }) => {
    const page = posix.join('docs', posix.relative(fileURLToPath(place.pages), env.realPath ?? env.path ?? ''));
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', target(href, page, place));
      if (token.type.startsWith('html_'))
        token.content = token.content
          .replace(/\bsrc="(?=\w[^":]*")/g, 'src="./')
          .replace(/\bhref="([^":#]+)\.md/g, 'href="./$1.html');
    }
  });
}

function target(href: string, page: string, { repository }: Place): string {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [file = '', anchor] = href.split('#');
  const path = posix.join(posix.dirname(page), file);
  const end = anchor === undefined ? '' : `#${anchor}`;
  if (!path.startsWith('docs/') || !/\.(?:md|svg|png|json)$|\/$/.test(path))
    return `${repository}/blob/main/${path}${end}`;
  return href.replace(/README\.md/, 'index.md');
}
