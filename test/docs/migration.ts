/** The tables of docs/coming-from.md: what their right column says, as code that runs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { createMdns as Create, Mdns } from '../../src/index.js';
import type { SimulatedLan as Lan } from '../../src/testing.js';

const page = fileURLToPath(new URL('../../docs/coming-from.md', import.meta.url));

export interface Row {
  /** The old call. */
  readonly there: string;
  /** The pieces of code of the new one. */
  readonly here: readonly string[];
}

/** What is loaded: the source, or an installed package. */
export interface Package {
  readonly createMdns: typeof Create;
  readonly SimulatedLan: typeof Lan;
  readonly firstValueFrom: unknown;
}

export function migrationRows(): Row[] {
  const rows = [...readFileSync(page, 'utf8').matchAll(/^\| (`.*) \| (.*) \|$/gm)];
  return rows.map(([, there = '', here = '']) => ({
    there,
    here: [...here.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
  }));
}

/** Words in the right column that are names, and no code: events, options, keywords. */
const NAME = /^(?:[\w$]+|for await)$/;
/** Options of `publish`, and of `createMdns`. */
const OPTION = /^\w+: /;

function isCommand(code: string): boolean {
  return code.startsWith('npx mdns-actors ');
}

/** The function that does what a row says; undefined if the row is about a name or a command only. */
export function stepsOf({ here }: Row): string | undefined {
  const code = here.filter((each) => !isCommand(each) && !NAME.test(each));
  if (code.length === 0) return undefined;
  return code
    .map((each) => (OPTION.test(each) ? `mdns.publish({ name: 'Other', type, port, ${each} });` : `${each};`))
    .join('\n');
}

/** Runs code on a simulated network, in which there is what the docs talk about, and what `more` has. */
export async function runRow(steps: string, given: Package, more: object = {}): Promise<void> {
  const { createMdns, SimulatedLan, firstValueFrom } = given;
  const lan = new SimulatedLan({ seed: 1 });
  const opened: Mdns[] = [];
  const printer = createMdns({ network: lan.host('printer', ['192.0.2.1/24']), hostname: 'printer', keepAlive: false });
  for (const [name, type] of [
    ['Office', 'ipp'],
    ['Web', 'http'],
  ] as const)
    printer.publish({ name, type, port: 80 });
  const create = (options: Parameters<typeof Create>[0] = {}) => {
    const network = lan.host(`host-${opened.length}`, ['192.0.2.7/24', 'fd00::7/64']);
    const mdns = createMdns({ ...options, network, keepAlive: false });
    opened.push(mdns);
    return mdns;
  };
  const mdns = create();
  const scope = {
    ...more,
    lan,
    other: new SimulatedLan({ clock: lan.clock, seed: 2 }),
    createMdns: create,
    mdns,
    firstValueFrom,
    service: mdns.publish({ name: 'Mine', type: 'http', port: 8080 }),
    subscription: mdns.browse('http').subscribe(),
    name: 'A name',
    type: 'http',
    port: 3000,
    txt: { path: '/' },
    addresses: ['192.0.2.9'],
    f: () => {},
  };
  lan.clock.advance(5_000);
  Object.assign(scope, { instance: await lan.clock.settle(mdns.resolve('Office', 'ipp')) });
  const names = Object.keys(scope);
  // A function of its own: a row may declare what is there already.
  const run = new Function(...names, `return (async () => { ${steps} })();`);
  await lan.clock.settle(run(...Object.values(scope)) as Promise<void>);
  lan.clock.advance(5_000);
  await lan.clock.settle(Promise.all([...opened, printer].map((each) => each.close())));
}
