/** What a client wants of a system that is started again. */
import { describe, expect, it } from 'vitest';
import type { ServiceRequest } from '../../src/actors/commands.js';
import { Desired } from '../../src/worker/desired.js';

const REQUEST: ServiceRequest = {
  kind: 'service',
  instance: 'Cam',
  typeName: '_t._tcp.local',
  port: 1,
  priority: 0,
  weight: 0,
  host: 'cam.local',
  ownHost: 'numbered',
  addresses: undefined,
  txt: [],
  subtypes: [],
  extra: [],
  ttls: { host: 120, other: 4500 },
  onConflict: 'rename',
  interfaces: undefined,
};

describe('Desired', () => {
  it('has a service and its own host under the names that they have now', () => {
    const desired = new Desired();
    desired.noteCommand({ type: 'publication.publish', id: 'a', request: REQUEST }, 0);
    desired.noteEvent({ type: 'publication.renamed', id: 'a', from: 'Cam', name: 'Cam (2)' });
    desired.noteEvent({ type: 'publication.host-renamed', id: 'a', from: 'cam.local', host: 'cam-2.local' });
    expect(desired.publishing()).toMatchObject([{ id: 'a', request: { instance: 'Cam (2)', host: 'cam-2.local' } }]);
  });

  it('has a silent change like any other', () => {
    const desired = new Desired();
    desired.noteCommand({ type: 'publication.publish', id: 'a', request: REQUEST }, 0);
    desired.noteCommand({ type: 'publication.update', id: 'a', changes: { port: 2 }, silent: true }, 0);
    expect(desired.publishing()).toMatchObject([{ request: { port: 2 } }]);
  });
});
