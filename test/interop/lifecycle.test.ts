/** The model of an interface that drives the simulated network, `test/model/interface-model.ts`, here drives real ones. */
import { expect, it } from 'vitest';
import { interfaceModel } from '../model/interface-model.js';
import { type Edge, Walker } from '../model/walk.js';
import { Ours } from './ours.js';
import { type InterfaceKind, NEIGHBOUR, RealInterface, TYPE } from './real-interface.js';
import { describeInterop } from './suite.js';
import { World } from './world.js';

/** Milliseconds that a walk goes on for; it ends with the step that it is at. */
const WALK = 40_000;

const kinds: readonly InterfaceKind[] = [
  { device: 'veth', family: 'ipv6', fault: 'ENETUNREACH' },
  { device: 'bridge', family: 'ipv4', fault: 'EPERM' },
];

for (const kind of kinds) {
  const { device, family, fault } = kind;
  describeInterop(`a ${device} interface that comes, goes and changes, over ${family}`, () => {
    // A walk leaves the interface changed, so the second attempt of a test needs a world of its own.
    it(`is used as the model says, in a walk through it, its fault being ${fault}`, { timeout: 120_000 }, async () => {
      const world = new World({ hosts: ['alpha', 'beta'], ipv4: family === 'ipv4', ipv6: family === 'ipv6' });
      try {
        await walk(kind, world);
      } finally {
        await world.close();
      }
    });
  });
}

async function walk(kind: InterfaceKind, world: World): Promise<void> {
  const [host, neighbour] = [world.host('alpha'), world.host('beta')];
  await new Ours(neighbour).publish({ name: NEIGHBOUR, type: TYPE, port: 1 });
  const end = performance.now() + WALK;
  let runs = 0;
  const walker = new Walker(interfaceModel, Date.now(), (random) => {
    runs += 1;
    return new RealInterface(kind, { world, host, neighbour }, random);
  });
  const hasSlept = () => [...walker.taken.keys()].some(({ event }) => event === 'sleep');
  const isTooLong = ({ event, from }: Edge) =>
    event === 'close' || (event === 'sleep' && (from !== 'up.settled' || hasSlept()));
  await walker.walkNewTransitions(() => performance.now() > end, isTooLong);
  expect(runs).toBe(1);
  expect(walker.steps).toBeGreaterThan(15);
  expect(walker.taken.size).toBeGreaterThan(12);
}
