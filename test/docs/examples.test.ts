/** Each public function has an `@example` in its docstring, and each example runs. */
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { filesIn, textOf } from '../../scripts/pages/source.js';
import * as main from '../../src/index.js';
import * as testing from '../../src/testing.js';
import * as xstate from '../../src/xstate.js';
import { runRow } from './migration.js';

interface Example {
  readonly of: string;
  readonly code: string;
}

const WITH_EXAMPLE =
  /@example ((?:(?!\*\/)[\s\S])*?)\s*\*\/\s*(?:export )?(?:async )?(?:function )?(\w+)(?:<[^(]*>)?\(/g;

/**
 * The examples of the source, each with the function below its docstring. Those of the replacements of other packages are
 * left out, since they would use the real network; the contracts run such calls.
 */
function examples(): Example[] {
  return filesIn('src')
    .filter((file) => !file.includes('/compat/'))
    .flatMap((file) =>
      [...textOf(file).matchAll(WITH_EXAMPLE)].map(([, code = '', of = '']) => {
        return { of, code: code.replace(/\n\s*\* ?/g, '\n') };
      }),
    );
}

/** The functions that the entries export, and the methods of what they return. */
function publicFunctions(): string[] {
  const exported = Object.entries({ ...main, ...testing, ...xstate });
  const functions = exported.filter(([, value]) => typeof value === 'function' && !/^class/.test(String(value)));
  const classes = [Object.getPrototypeOf(main.createMdns({ network: aHost() })), ...publishedPrototypes()];
  const methods = classes.flatMap((prototype) => {
    const all = Object.entries(Object.getOwnPropertyDescriptors(prototype)) as [string, PropertyDescriptor][];
    return all.filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor');
  });
  return [...functions.map(([name]) => name), ...methods.map(([name]) => name)];
}

function aHost() {
  return new testing.SimulatedLan({ seed: 1 }).host('one', ['198.18.0.1/24']);
}

function publishedPrototypes(): object[] {
  const service = main.createMdns({ network: aHost() }).publish({ name: 'Web', type: 'http', port: 80 });
  const prototype = Object.getPrototypeOf(service) as object;
  return [prototype, Object.getPrototypeOf(prototype) as object];
}

const found = examples();

describe('the examples of docstrings', () => {
  it('are there for each public function', () => {
    const known = new Set(found.map(({ of }) => of));
    expect(publicFunctions().length).toBeGreaterThan(30);
    expect(publicFunctions().filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(found)('$of: $code', async ({ code }) => {
    const actor = createActor(xstate.supervisor, { input: xstate.supervisorOptions({ network: aHost() }) });
    actor.start();
    const quiet = { ...console, log: () => {}, info: () => {}, debug: () => {}, warn: () => {} };
    const [app, isAdmin] = [{ use: () => {} }, () => true];
    const scope = {
      app,
      isAdmin,
      ...main,
      ...testing,
      ...xstate,
      createActor,
      actor,
      console: quiet,
      writeFileSync: () => {},
    };
    await runRow(code, { createMdns: main.createMdns, SimulatedLan: testing.SimulatedLan, firstValueFrom }, scope);
    actor.stop();
  });
});
