/** `refresh()`: a browse asks now instead of when it is due. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { IDLE } from '../support/peer-service.js';
import { questionsOf } from '../support/questions.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

describe('refresh()', () => {
  scenario('asks for instances now, with what is known, and not for what one host has', (world) => {
    const [h1, h2] = [world.host('h1', IDLE), world.host('h2')];
    startService(h2);
    world.advance(QUIET);
    const browse = h1.mdns.browse('t');
    const one = world.record(browse);
    world.record(browse);
    world.advance(100_000);
    const since = world.now;
    browse.refresh();
    browse.refresh();
    world.advance(200);
    const asked = h1.sent({ since, kind: 'query' });
    expect(asked.map(questionsOf)).toEqual([['_t._tcp.local PTR']]);
    expect(asked[0]?.message.answers).toMatchObject([{ type: 'PTR', target: 'I._t._tcp.local' }]);
    expect(h2.sent({ since })).toEqual([]);
    browse.refresh();
    world.advance(300);
    expect(h1.sent({ since, kind: 'query' })).toHaveLength(2);
    one.stop();
  });

  scenario('asks for all types that are browsed for, for the list of types, and for a watch', (world) => {
    const [h1, h2] = [world.host('h1', IDLE), world.host('h2')];
    startService(h2);
    startService(h2, { type: 'u' });
    world.advance(QUIET);
    const [all, types, watch] = [h1.mdns.browseAll(), h1.mdns.browse(), h1.mdns.watch('_t._tcp.local', 'PTR')];
    all.subscribe();
    types.subscribe();
    watch.subscribe();
    world.advance(100_000);
    const asks = (browse: { refresh(): void }) => {
      const since = world.now;
      browse.refresh();
      world.advance(300);
      return h1.sent({ since, kind: 'query' }).flatMap(questionsOf).sort();
    };
    const list = '_services._dns-sd._udp.local PTR';
    expect(asks(all)).toEqual([list, '_t._tcp.local PTR', '_u._tcp.local PTR']);
    world.advance(1_000);
    expect(asks(types)).toEqual([list]);
    world.advance(1_000);
    expect(asks(watch)).toEqual(['_t._tcp.local PTR']);
  });

  scenario('does nothing without a subscription, without a link, and after close', async (world) => {
    const h1 = world.host('h1', IDLE);
    const browse = h1.mdns.browse('t');
    browse.refresh();
    const recording = world.record(browse);
    world.advance(60_000);
    recording.stop();
    const since = world.now;
    browse.refresh();
    world.advance(1_000);
    expect(h1.sent({ since })).toEqual([]);
    await world.settle(h1.mdns.close());
    browse.refresh();
  });
});
