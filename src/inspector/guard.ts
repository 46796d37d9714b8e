/**
 * Who may see what the inspector shows. A page from elsewhere that a browser has open may send requests to this
 * computer: it is refused for its `Origin` and `Sec-Fetch-Site`, or, if its name resolves to 127.0.0.1, for its `Host`
 * (DNS rebinding). Everything that tells of the system needs the token in a header, which such a page could not set
 * without a permission that is never given.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Who is let in. At least one of `token` and `authorize` is given. */
export interface Access {
  /** The values of `Host` for which the server answers; undefined if it is the business of another server. */
  readonly hosts?: ReadonlySet<string>;
  readonly token?: string | undefined;
  readonly authorize?: ((request: IncomingMessage) => unknown) | undefined;
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

export const HEADERS: OutgoingHttpHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store, no-transform',
};

/**
 * Why a request is refused; undefined if it is not.
 *
 * @param isSecret whether the answer tells of the system, which the files of the page do not
 */
export async function refusalOf(
  request: IncomingMessage,
  access: Access,
  isSecret: boolean,
): Promise<Refusal | undefined> {
  return (
    refusalOfSource(request, access) ?? refusalOfToken(request, access, isSecret) ?? (await denial(request, access))
  );
}

function refusalOfSource({ method, headers }: IncomingMessage, { hosts }: Access): Refusal | undefined {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers;
  if (method !== 'GET') return { status: 405, message: 'The inspector only shows: use GET.' };
  if (hosts && !hosts.has(host)) {
    const [own = ''] = hosts;
    return { status: 421, message: `The inspector answers for http://${own} only.` };
  }
  const isForeign = origin !== undefined && hostOf(origin) !== host;
  if (isForeign || (site !== 'none' && site !== 'same-origin'))
    return { status: 403, message: 'A page of another site may not see this: open the address of the inspector.' };
  return undefined;
}

/** The host with its port; undefined for an origin without one, such as `null`. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
}

function refusalOfToken({ headers }: IncomingMessage, { token }: Access, isSecret: boolean): Refusal | undefined {
  if (token === undefined || !isSecret) return undefined;
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (given !== undefined && isSame(given, token)) return undefined;
  return { status: 401, message: 'The token is missing or wrong: open the address that the program has shown.' };
}

/** Takes the same time wherever the texts differ, and whatever their lengths are. */
function isSame(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return x !== undefined && y !== undefined && timingSafeEqual(x, y);
}

/** A function that throws or rejects lets no client in. */
async function denial(request: IncomingMessage, { authorize }: Access): Promise<Refusal | undefined> {
  if (!authorize) return undefined;
  const isAllowed = await Promise.resolve()
    .then(() => authorize(request))
    .catch(() => false);
  return isAllowed === true ? undefined : { status: 403, message: 'You may not see this: "authorize" says no.' };
}
