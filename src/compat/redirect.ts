/** The hook of `register.ts` for `import`; Node runs it in a thread of its own. */
import type { InitializeHook, ResolveHook } from 'node:module';

let urls: Readonly<Record<string, string>> = {};

export const initialize: InitializeHook<typeof urls> = (given) => {
  urls = given;
};

export const resolve: ResolveHook = (specifier, context, next) => next(urls[specifier] ?? specifier, context);
