/** What links have to publish, and when it is announced, updated and withdrawn. Names: publications-names.test.ts. */
import { describe, expect, it } from 'vitest';
import { Desk } from './desk.js';

/** Services `a` ... of a host that is announced, on links that have announced them. */
function announcedOn(links: readonly string[], ids: readonly string[] = ['a']): Desk {
  const desk = new Desk(true);
  for (const link of links) desk.open(link);
  for (const id of ids) desk.service(id, { instance: id });
  for (const id of ['host', ...ids]) for (const link of links) desk.announced(link, id);
  return desk;
}

describe('PublicationBook: where', () => {
  it('publishes on the existing links, the host first, and on those that open later', () => {
    const desk = new Desk();
    expect(desk.open('e0')).toEqual([]);
    expect(desk.service('a')).toEqual([
      'e0: added host h.local #0',
      'publication.probing a Web',
      'e0: added a Web:1 at h.local #0',
    ]);
    expect(desk.open('e1')).toEqual(['e1: added host h.local #0', 'e1: added a Web:1 at h.local #0']);
    expect(JSON.stringify(desk.book)).toBe('{"publications":2,"hostname":"h.local"}');
  });

  it('publishes on the interfaces that the user names', () => {
    const desk = new Desk(false);
    for (const link of ['e0/ipv4', 'e1/ipv4']) desk.open(link);
    const onE1 = { interfaces: ['e1'], addresses: ['198.18.0.9'] };
    expect(desk.host('x', 'x.local', onE1)).toEqual(['publication.probing x x', 'e1/ipv4: added x x.local #0']);
    expect(desk.open('e0/ipv6')).toEqual([]);
    expect(desk.open('e1/ipv6')).toEqual(['e1/ipv6: added x x.local #0']);
    expect(desk.announced('e0/ipv4', 'x'), 'it is not published there').toEqual([]);
  });

  it('publishes the host from the start, with anything on this host, or only for a service', () => {
    const [always, asNeeded, forServices] = [new Desk(true), new Desk(), new Desk(false)];
    const own = 'e0: added host h.local #0';
    expect(always.open('e0')).toEqual([own]);
    for (const desk of [asNeeded, forServices]) expect(desk.open('e0')).toEqual([]);
    expect(asNeeded.host('p', 'p.local', { addresses: ['198.18.0.9'] }), 'another machine').not.toContain(own);
    expect(asNeeded.host('x', 'x.local')).toContain(own);
    expect(forServices.host('x', 'x.local')).not.toContain(own);
    expect(forServices.service('a')).toContain(own);
  });
});

describe('PublicationBook: announced', () => {
  it('is what every link has announced', () => {
    const desk = new Desk(true);
    for (const link of ['e0', 'e1']) desk.open(link);
    desk.service('a');
    expect(desk.announced('e0', 'a')).toEqual([]);
    expect(desk.announced('e1', 'a')).toEqual(['publication.announced a Web at h.local']);
    expect(desk.announced('e1', 'a'), 'once').toEqual([]);
    expect([...desk.announced('e0', 'host'), ...desk.announced('e1', 'host')], 'nobody asked for it').toEqual([]);
  });

  it('comes after "probed", which every link that counts has reported, once for each name', () => {
    const desk = new Desk(true);
    for (const link of ['e0', 'e1', 'e2']) desk.open(link);
    desk.service('a');
    desk.is('e2', 'retrying');
    expect(desk.probed('e0', 'a')).toEqual([]);
    expect(desk.probed('e1', 'a', 5)).toEqual(['publication.probed']);
    expect([...desk.probed('e1', 'a'), ...desk.probed('e2', 'a'), ...desk.probed('e0', 'gone')]).toEqual([]);
    desk.announced('e0', 'a');
    expect(desk.announced('e1', 'a')).toEqual(['publication.announced a Web at h.local']);
    desk.update('a', { instance: 'b' });
    expect(desk.probed('e0', 'a', 0), 'the old name').toEqual([]);
    expect([...desk.probed('e0', 'a', 1), ...desk.probed('e1', 'a', 1)]).toEqual(['publication.probed']);
    expect(desk.probed('e0', 'host'), 'its user did not ask for it').toEqual([]);
  });

  it('is nothing without a link', () => {
    const desk = new Desk();
    expect(desk.service('a')).toEqual(['publication.probing a Web']);
    desk.open('e0');
    expect(desk.close('e0')).toEqual([]);
  });

  it.each(['retrying', 'absent', 'closing'] as const)('does not wait for a link that is %s', (state) => {
    const desk = new Desk(true);
    for (const link of ['e0', 'e1']) desk.open(link);
    desk.service('a');
    desk.announced('e0', 'a');
    expect(desk.is('e1', state)).toEqual(['publication.announced a Web at h.local']);
    expect([...desk.is('e1', 'up'), ...desk.announced('e1', 'a')], 'once').toEqual([]);
  });

  it('needs a link that counts, and ignores what a link announced before it went down', () => {
    const desk = new Desk(true);
    for (const link of ['e0', 'e1']) desk.open(link);
    desk.service('a');
    desk.announced('e0', 'a');
    expect([...desk.is('e0', 'retrying'), ...desk.is('e1', 'retrying')]).toEqual([]);
    expect(desk.is('e0', 'opening')).toEqual([]);
    expect(desk.announced('e0', 'a')).toEqual(['publication.announced a Web at h.local']);
  });

  it('does not wait for a link that closes, or for one that has given the publication up', () => {
    for (const end of ['close', 'gone'] as const) {
      const desk = new Desk(true);
      for (const link of ['e0', 'e1']) desk.open(link);
      desk.service('a');
      desk.announced('e0', 'a');
      expect(end === 'close' ? desk.close('e1') : desk.gone('e1', 'a')).toEqual([
        'publication.announced a Web at h.local',
      ]);
    }
  });

  it('ignores reports about unknown publications and links', () => {
    const desk = announcedOn(['e0']);
    const said = [
      ...desk.announced('e0', 'x'),
      ...desk.lost('e0', 'x', 'x._t._tcp.local'),
      ...desk.gone('e0', 'x'),
      ...desk.is('e9', 'up'),
      ...desk.close('e9'),
      ...desk.announced('e9', 'a'),
      ...desk.update('x', { port: 2 }),
      ...desk.rename('x', 'y'),
      ...desk.withdraw('x'),
    ];
    expect(said).toEqual([]);
  });
});

describe('PublicationBook: updates', () => {
  it('reports an update at its start, and at its end when every link has announced it', () => {
    const desk = announcedOn(['e0', 'e1']);
    expect(desk.update('a', { port: 2 })).toEqual([
      'e0: changed a a:2 at h.local #1',
      'e1: changed a a:2 at h.local #1',
      'publication.updating a a',
    ]);
    expect(desk.announced('e0', 'a', 1)).toEqual([]);
    expect(desk.announced('e1', 'a', 1)).toEqual(['publication.updated a a at h.local']);
  });

  it('reports several changes once, and does not accept announcements of earlier ones', () => {
    const desk = announcedOn(['e0']);
    desk.update('a', { port: 2 });
    expect(desk.update('a', { port: 3 })).toEqual(['e0: changed a a:3 at h.local #2']);
    expect([...desk.announced('e0', 'a', 0), ...desk.announced('e0', 'a', 1)]).toEqual([]);
    expect(desk.announced('e0', 'a', 2)).toEqual(['publication.updated a a at h.local']);
    expect(desk.update('a', { port: 4 })).toContain('publication.updating a a');
  });

  it('reports a change before the first announcement together with it, whichever of the two a link has announced', () => {
    const desk = new Desk(true);
    for (const link of ['e0', 'e1']) desk.open(link);
    desk.service('a');
    desk.announced('e0', 'a');
    expect(desk.update('a', { port: 2 })).not.toContain('publication.updating a Web');
    expect(desk.announced('e1', 'a', 1)).toEqual(['publication.announced a Web at h.local']);
  });

  it('does not wait for a link that goes down before it has announced', () => {
    const desk = announcedOn(['e0', 'e1']);
    desk.update('a', { port: 2 });
    desk.announced('e0', 'a', 1);
    expect(desk.is('e1', 'absent')).toEqual(['publication.updated a a at h.local']);
  });

  it('claims another instance name, together with other changes', () => {
    const desk = announcedOn(['e0']);
    expect(desk.update('a', { instance: 'b', port: 2 })).toEqual([
      'e0: renamed a b:2 at h.local #1',
      'publication.renamed a a > b',
    ]);
    expect(desk.announced('e0', 'a', 0)).toEqual([]);
    expect(desk.announced('e0', 'a', 1)).toEqual(['publication.announced a b at h.local']);
    expect(desk.update('a', { instance: 'b' }), 'the same name').toContain('publication.updating a b');
  });

  it('does not change hosts, or publications that are being withdrawn', () => {
    const desk = announcedOn(['e0']);
    desk.host('x', 'x.local');
    expect(desk.update('x', { port: 2 })).toEqual([]);
    desk.withdraw('a');
    expect([...desk.update('a', { port: 2 }), ...desk.rename('a', 'b')]).toEqual([]);
  });
});

describe('PublicationBook: withdrawal', () => {
  it('is over at once without a link, otherwise when the last link reports it', () => {
    const nowhere = new Desk(true);
    nowhere.service('a');
    expect(nowhere.withdraw('a')).toEqual(['publication.withdrawn a']);
    const desk = announcedOn(['e0', 'e1']);
    expect(desk.withdraw('a')).toEqual(['e0: removed a', 'e1: removed a']);
    expect(desk.withdraw('a'), 'again').toEqual([]);
    expect(desk.gone('e0', 'a')).toEqual([]);
    expect(desk.book.has('a')).toBe(true);
    expect(desk.gone('e1', 'a')).toEqual(['publication.withdrawn a']);
    expect(desk.book.has('a')).toBe(false);
  });

  it('is over on a link that closes, and does not involve a link that opens', () => {
    const desk = announcedOn(['e0', 'e1']);
    desk.withdraw('a');
    expect(desk.open('e2')).toEqual(['e2: added host h.local #0']);
    expect(desk.gone('e0', 'a')).toEqual([]);
    expect(desk.close('e1')).toEqual(['publication.withdrawn a']);
  });

  it('is no longer reported as announced or lost, and its name is free', () => {
    const desk = new Desk(true);
    desk.open('e0');
    desk.service('a');
    desk.withdraw('a');
    expect([...desk.announced('e0', 'a'), ...desk.lost('e0', 'a', 'Web._t._tcp.local')]).toEqual([]);
    expect(desk.service('b')).toEqual(['publication.probing b Web', 'e0: added b Web:1 at h.local #0']);
  });

  it('leaves goodbyes to the links when everything closes', () => {
    const desk = announcedOn(['e0'], ['a', 'b']);
    desk.apply({ type: 'publication.withdraw', id: 'b' });
    expect(desk.apply({ type: 'mdns.close' })).toEqual([]);
    expect(desk.gone('e0', 'a')).toEqual(['publication.withdrawn a']);
    expect(desk.close('e0')).toEqual(['publication.withdrawn b']);
    expect(JSON.stringify(desk.book)).toMatch(/"publications":0/);
    const nowhere = new Desk();
    nowhere.service('a');
    expect(nowhere.apply({ type: 'mdns.close' })).toEqual(['publication.withdrawn a']);
  });
});
