/** What is asked of an `Mdns` that is about to close is refused, as it is once it has closed: nothing waits for ever. */
import { expect, it } from 'vitest';
import { World } from '../support/world.js';

const CLOSED = expect.objectContaining({ code: 'closed' });

it('refuses what is asked between the call of close and its end', async () => {
  const world = new World();
  const { mdns } = world.host('h');
  const web = mdns.publish({ name: 'Web', type: 't', port: 1 });
  const late = mdns.browse('t');
  const asked = mdns.lookup('nobody', { timeout: 60_000 });
  // As a program would that goes on when an answer is not to be had.
  const goesOn = asked.catch(() => mdns.lookup('another', { timeout: 60_000 }));
  const browsing = expect(goesOn).rejects.toEqual(CLOSED);
  world.advance(5_000);
  const closing = mdns.close();
  expect(mdns.status.state).not.toBe('closed');
  for (const ask of [
    () => mdns.browse('t'),
    () => mdns.browseAll(),
    () => mdns.watchHost('h'),
    () => mdns.publish({ name: 'Late', type: 't', port: 2 }),
    () => mdns.publishHost({ name: 'late' }),
    () => mdns.connect(),
    () => web.update({ port: 2 }),
  ])
    expect(ask).toThrow(CLOSED);
  for (const ask of [
    mdns.resolve('Web', 't'),
    mdns.lookup('h'),
    mdns.query('h.local', 'A'),
    mdns.discover('t'),
    mdns.reverse('198.18.0.1'),
  ])
    await expect(ask).rejects.toEqual(CLOSED);
  await new Promise<void>((complete) => late.subscribe({ complete }));
  await Promise.all([web.withdraw(), mdns.scanInterfaces(), mdns.close(), world.settle(closing), browsing]);
});
