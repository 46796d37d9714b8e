/** What the owner of a service hears of its announcements, and when (RFC 6762 sections 8.3 and 8.4). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const INSTANCE = 'I._t._tcp.local';

describe('announced', () => {
  for (const nics of [1, 2]) {
    scenario(`ANN-01 is said when the first announcement has left on ${nics} of ${nics} links`, (world) => {
      const h1 = nics === 1 ? world.host('h1') : twoInterfaces(world);
      const said = world.record(startService(h1).changes$);
      world.advance(QUIET);
      const announced = said.events.find(({ event }) => event === 'announced');
      for (const nic of ['eth0', 'eth1'].slice(0, nics)) {
        const first = responses(h1, nic)[0];
        expect(first?.time).toBeLessThanOrEqual(announced?.at ?? 0);
        expect((announced?.at ?? 0) - (first?.time ?? 0)).toBeLessThan(300);
      }
    });
  }

  scenario('ANN-01 is not held up by a link that cannot send', (world) => {
    const h1 = twoInterfaces(world);
    h1.network.failWith('eth1', 'ENETUNREACH', 'send');
    const said = world.record(startService(h1).changes$);
    world.advance(QUIET);
    expect(said.events.map(({ event }) => event)).toEqual(['probing', 'announced']);
    expect(responses(h1, 'eth1')).toEqual([]);
  });

  scenario('ANN-01 is not held up for ever by a link whose queue stays full', (world) => {
    const h1 = twoInterfaces(world);
    world.advance(700);
    const said = world.record(startService(h1).changes$);
    world.advance(500);
    h1.network.failWith('eth1', 'ENOBUFS', 'send');
    world.advance(QUIET);
    expect(said.events.map(({ event }) => event)).toEqual(['probing', 'announced']);
    expect(responses(h1, 'eth1')).toEqual([]);
  });

  scenario('UPD-01 the owner hears of an update, and when the newest data has left', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    const said = world.record(service.changes$);
    service.update({ port: 1 });
    world.advance(QUIET);
    const at = world.now;
    const news = () => said.events.filter((event) => event.at >= at).map((event) => `${event.event} ${event.at - at}`);
    expect(
      said.events.map(({ event }) => event),
      'a change before that is part of the first',
    ).toEqual(['probing', 'announced']);
    service.update({ port: 2 });
    world.advance(10);
    expect(news()).toEqual(['updating 0', 'updated 0']);
    service.update({ port: 3 });
    world.advance(1_000);
    service.update({ port: 4 });
    world.advance(QUIET);
    expect(news()).toEqual(['updating 0', 'updated 0', 'updating 10', 'updated 6000']);
    expect(said.events.at(-1)).toMatchObject({ event: 'updated', name: 'I', host: 'h1.local' });
    service.update({ port: 4 });
    world.advance(QUIET);
    expect(news().slice(4)).toEqual(['updating 11010', 'updated 11010']);
  });

  scenario('UPD-01 an update is over when the links that work have told it', (world) => {
    const h1 = twoInterfaces(world);
    const service = startService(h1);
    const said = world.record(service.changes$);
    world.advance(QUIET);
    service.update({ port: 2 });
    world.advance(10);
    service.update({ port: 3 });
    h1.network.unplug('eth1');
    world.advance(QUIET);
    h1.network.plug('eth1', world.lan, { addresses: ['198.18.0.99/24'] });
    world.advance(QUIET);
    expect(said.events.map(({ event }) => event)).toEqual([
      'probing',
      'announced',
      'updating',
      'updated',
      'updating',
      'updated',
    ]);
  });

  scenario('CNF-03 a service that has another name is announced anew, whatever was being updated', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    const said = world.record(service.changes$);
    world.advance(QUIET);
    service.update({ port: 2 });
    world.advance(10);
    service.update({ port: 3 });
    service.update({ name: 'J' });
    world.advance(QUIET);
    expect(said.events.map(({ event }) => event).slice(2)).toEqual([
      'updating',
      'updated',
      'updating',
      'renamed',
      'announced',
    ]);
    expect(h1.sent({ kind: 'response' }).at(-1)?.message.answers).toContainEqual(
      expect.objectContaining({ name: 'J._t._tcp.local', type: 'SRV', port: 3 }),
    );
  });
});

function twoInterfaces(world: World): TestHost {
  const other = world.newLan('other');
  return world.host('h1', { nics: { eth1: { lan: other, addresses: ['198.19.0.1/24'] } } });
}

/** Those about the service. */
function responses(host: TestHost, nic: string) {
  const sent = host.sent({ kind: 'response', interface: nic });
  return sent.filter(({ message }) => message.answers.some(({ name }) => name === INSTANCE));
}
