/** What the replacements for other packages ask for with `probe: false`: a name that is taken without asking. */
import { describe, expect } from 'vitest';
import { AS_OTHERS_DO } from '../../src/api/publish.js';
import { conflictsWith, startService } from '../support/actions.js';
import { srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const UNPROBED = { host: 'nas.', [AS_OTHERS_DO]: { unprobed: true } };

describe('an unprobed service', () => {
  scenario('is announced at once, with its host, and is found', async (world) => {
    const h1 = world.host('h1', { announceHost: false });
    const watching = world.host('watching');
    world.advance(QUIET);
    const at = world.now;
    const service = startService(h1, UNPROBED);
    await world.settle(service.announced);
    expect(world.now - at).toBeLessThan(260);
    expect(h1.sent({ kind: 'probe', since: at })).toEqual([]);
    expect(await world.settle(watching.mdns.resolve('I', 't'))).toMatchObject({ host: 'nas', port: 8085 });
  });

  scenario('CNF-01 defends its name, and gives way to another host that has it', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', { announceHost: false });
    const service = startService(h1, UNPROBED);
    await world.settle(service.announced);
    world.advance(QUIET);
    conflictsWith(peer, (name) => name.startsWith('I.'));
    peer.say([srv('I._t._tcp.local', 'peer.local', 1)]);
    world.advance(QUIET);
    expect(service.name).toBe('I (2)');
    expect(h1.sent({ kind: 'probe', about: 'I (2)._t._tcp.local' }).length).toBeGreaterThan(0);
  });
});
