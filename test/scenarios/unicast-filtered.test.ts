/** An access point that drops multicast responses: those to QU questions come by unicast (RFC 6762 section 5.4). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { IDLE } from '../support/peer-service.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type World } from '../support/world.js';

/** From now on the first host receives no multicast from the second. */
function dropMulticast(world: World, to: string, from: string): void {
  world.lan.addReceiverRule((packet, receiver) => {
    const isGroup = packet.destination.address === '224.0.0.251';
    return isGroup && packet.from.startsWith(`${from}/`) && receiver.startsWith(`${to}/`) ? 'drop' : undefined;
  });
}

describe('where multicast responses are lost', () => {
  scenario('QU-02 a host stays up that is browsed for: the last question before a record expires is QU', (world) => {
    const [h1, h2] = [world.host('h1', IDLE), world.host('h2')];
    startService(h2);
    world.advance(QUIET);
    const { events } = world.record(h1.mdns.browse('t'));
    world.advance(2_000);
    dropMulticast(world, 'h1', 'h2');
    const since = world.now;
    world.advance(600_000);
    expect(events).toMatchObject([{ event: 'up' }]);
    const asked = h1.sent({ since, kind: 'query', about: 'h2.local' }).map(({ message }) => {
      return message.questions.some((question) => question.type === 'A' && question.unicastResponse) ? 'QU' : 'QM';
    });
    // At 80, 85, 90 and 95 % of 120 s; each unicast answer renews the record for the next four.
    expect(asked.join(' ')).toMatch(/^(QM )*(QM QM QM QU ?){4}/);
  });

  scenario('QU-02 a service is resolved: the second question of a client that waits is QU', async (world) => {
    startService(world.host('h2'));
    world.advance(60_000);
    dropMulticast(world, 'h1', 'h2');
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const since = world.now;
    await expect(world.settle(h1.mdns.resolve('I', 't'))).resolves.toMatchObject({ host: 'h2.local', port: 8085 });
    expect(world.now - since).toBeLessThan(2_800);
    const asked = h1.sent({ since, kind: 'query' }).flatMap(({ message }) => message.questions);
    const asText = asked.map(({ name, type, unicastResponse }) => `${name} ${type}${unicastResponse ? ' QU' : ''}`);
    expect(asText.slice(0, 4)).toEqual([
      'I._t._tcp.local SRV',
      'I._t._tcp.local TXT',
      'I._t._tcp.local SRV QU',
      'I._t._tcp.local TXT QU',
    ]);
  });

  scenario('QU-02 a browse asks no further QU question, and a client that is answered none at all', async (world) => {
    const [h1, h2] = [world.host('h1', IDLE), world.host('h2')];
    startService(h2);
    world.advance(60_000);
    const since = world.now;
    await world.settle(h1.mdns.resolve('I', 't'));
    world.record(h1.mdns.browse('t'));
    world.record(h1.mdns.browse('absent'));
    world.advance(10_000);
    const asked = h1.sent({ since, kind: 'query' }).flatMap(({ message }) => message.questions);
    expect(asked.filter((question) => question.unicastResponse)).toEqual([]);
  });
});
