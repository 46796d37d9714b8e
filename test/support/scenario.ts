/** A scenario as a test: run in a world of its own, and checked for what holds in all of them. */
import { expect, it, vi } from 'vitest';
import { type GlobalRule, globalViolations } from './global-asserts.js';
import { World } from './world.js';

/** Real milliseconds for one run, on a machine with much else to do. */
const TIMEOUT = 900_000;
/** The first seed, and how many of them: `SCENARIO_SEED=13` runs every scenario with that one, `SCENARIO_SEEDS=100` with 1 to 100. */
const FIRST_SEED = Number(process.env.SCENARIO_SEED ?? 1);
const SEEDS = Number(process.env.SCENARIO_SEEDS ?? 1);

export interface ScenarioOptions {
  /** Rules for all packets that this scenario breaks on purpose. */
  readonly except?: readonly GlobalRule[];
  /** Whether log lines of level `error` are part of the plot. Default: false. */
  readonly errors?: boolean;
  /** Whether one seed is enough however many are asked for: it draws hundreds of samples, or leaves little to chance and takes long. Default: false. */
  readonly once?: boolean;
}

/** An `it` whose body gets a new world. When it fails, the message shows the seed and the packets. */
export function scenario(
  title: string,
  body: (world: World) => void | Promise<void>,
  options: ScenarioOptions = {},
): void {
  run(title, options.once ? 1 : SEEDS, body, options);
}

/** The same for at least so many seeds, as one test. */
export function scenarioForSeeds(
  title: string,
  seeds: number,
  body: (world: World) => void | Promise<void>,
  options: ScenarioOptions = {},
): void {
  run(title, Math.max(seeds, options.once ? 1 : SEEDS), body, options);
}

function run(
  title: string,
  seeds: number,
  body: (world: World) => void | Promise<void>,
  options: ScenarioOptions,
): void {
  it(title, { timeout: TIMEOUT * Math.ceil(seeds / 10) }, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) await runScenario(seed, body, options);
  });
}

async function runScenario(
  seed: number,
  body: (world: World) => void | Promise<void>,
  options: ScenarioOptions,
): Promise<void> {
  const world = new World(seed);
  const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  for (const spy of printed) spy.mockImplementation(() => {});
  try {
    await body(world);
    await world.close();
    checkWorld(world, options);
    expect(
      printed.flatMap((spy) => spy.mock.calls),
      'printed by XState: events to stopped actors are bugs',
    ).toEqual([]);
  } catch (error) {
    throw withPackets(error, world, seed);
  } finally {
    for (const spy of printed) spy.mockRestore();
  }
}

/** What holds after every scenario. */
function checkWorld(world: World, { except = [], errors = false }: ScenarioOptions): void {
  const isOurs = (from: string) => world.hosts.some(({ name }) => from.startsWith(`${name}/`));
  expect(globalViolations(world.log.packets, isOurs, except), 'rules for every packet').toEqual([]);
  const severe = world.hosts.flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'));
  if (!errors) expect(severe, 'errors in the log').toEqual([]);
  expect(
    world.hosts.map(({ name, network }) => [name, network.openLinks]),
    'open links after closing',
  ).toEqual(world.hosts.map(({ name }) => [name, 0]));
  expect(world.clock.pending, 'timers after closing').toBe(0);
}

function withPackets(error: unknown, world: World, seed: number): unknown {
  if (error instanceof Error) {
    error.message += `\n\nseed ${seed}, packets until ${world.now.toFixed(1)} ms:\n${world.log.render()}\n`;
  }
  return error;
}
