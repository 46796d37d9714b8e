/** Which publication has which name: conflicts with other hosts and among our own, and the hosts of services. */
import { describe, expect, it } from 'vitest';
import type { ConflictPolicy } from '../../../src/actors/commands.js';
import { Desk } from './desk.js';

const WEB = 'Web._t._tcp.local';

/** A service `a` that is announced on one link. */
function web(onConflict: ConflictPolicy = 'rename'): Desk {
  const desk = new Desk(true);
  desk.open('e0');
  desk.service('a', { onConflict });
  desk.announced('e0', 'host');
  desk.announced('e0', 'a');
  return desk;
}

describe('PublicationBook: a name that another host holds', () => {
  it('CNF-03 CNF-04 gets the next name, once for all links', () => {
    const desk = web();
    desk.open('e1');
    expect(desk.lost('e0', 'a', WEB)).toEqual([
      'e0: renamed a Web (2):1 at h.local #1',
      'e1: renamed a Web (2):1 at h.local #1',
      'publication.renamed a Web > Web (2)',
    ]);
    expect(desk.lost('e1', 'a', WEB), 'which it has no more').toEqual([]);
    expect([...desk.announced('e0', 'a', 0), ...desk.announced('e0', 'a', 1)]).toEqual([]);
    expect(desk.announced('e1', 'a', 1)).toEqual(['publication.announced a Web (2) at h.local']);
    expect(desk.lost('e1', 'a', 'wEB (2)._t._tcp.LOCAL')).toContain('publication.renamed a Web (2) > Web (3)');
  });

  it('fails if the user wants only that name, and the name is free again', () => {
    const desk = web('fail');
    expect(desk.lost('e0', 'a', WEB)).toEqual(['publication.failed a Web name-in-use', 'e0: removed a']);
    expect(desk.service('b')).toContain('publication.probing b Web');
    expect(desk.gone('e0', 'a')).toEqual(['publication.withdrawn a']);
  });

  it('is claimed again after a while if the user wants to keep trying', () => {
    const desk = web('keep-trying');
    const again = 'e0: renamed a Web:1 at h.local #1, in 5000 ms';
    expect(desk.lost('e0', 'a', WEB)).toEqual([again]);
    expect(desk.announced('e0', 'a', 1)).toEqual(['publication.announced a Web at h.local']);
  });

  it('is left to the user under the policy ask', () => {
    const desk = web('ask');
    desk.service('b', { instance: 'Web (2)' });
    expect(desk.lost('e0', 'a', WEB)).toEqual(['publication.conflicted a Web, perhaps Web (3)']);
    expect(desk.rename('a', 'Site')).toEqual([
      'e0: renamed a Site:1 at h.local #1',
      'publication.renamed a Web > Site',
    ]);
  });

  it('is not claimed again at once, even if the user chooses it again', () => {
    const desk = web('ask');
    desk.lost('e0', 'a', WEB);
    expect(desk.rename('a', 'WEB')).toEqual([
      'e0: renamed a WEB:1 at h.local #1, in 5000 ms',
      'publication.renamed a Web > WEB',
    ]);
  });

  it('is not announced by other links while its user is asked', () => {
    const desk = new Desk(true);
    for (const link of ['e0', 'e1']) desk.open(link);
    desk.service('a', { onConflict: 'ask' });
    desk.announced('e0', 'a');
    desk.lost('e0', 'a', WEB);
    expect(desk.announced('e1', 'a')).toEqual([]);
  });

  it('is announced, not updated, under its new name, even if a change was under way', () => {
    const desk = web();
    desk.update('a', { port: 2 });
    desk.lost('e0', 'a', WEB);
    expect(desk.announced('e0', 'a', 2)).toEqual(['publication.announced a Web (2) at h.local']);
  });

  it.each(['rename', 'ask'] as const)('holds off after fifteen conflicts in ten seconds (%s)', (policy) => {
    const desk = web(policy);
    const conflict = (n: number) => {
      const said = desk.lost('e0', 'a', n === 1 ? WEB : `Web (${n})._t._tcp.local`);
      return policy === 'ask' ? desk.rename('a', `Web (${n + 1})`) : said;
    };
    for (let n = 1; n < 15; n++) expect(conflict(n)).toContain(`e0: renamed a Web (${n + 1}):1 at h.local #${n}`);
    expect(conflict(15)).toContain('e0: renamed a Web (16):1 at h.local #15, in 5000 ms');
    desk.now += 11_000;
    expect(conflict(16)).toContain('e0: renamed a Web (17):1 at h.local #16');
  });

  it('holds off once for the conflicts so far, and not for a later choice of the user', () => {
    const desk = web('ask');
    for (let n = 1; n < 15; n++) {
      desk.lost('e0', 'a', n === 1 ? WEB : `Web (${n})._t._tcp.local`);
      desk.rename('a', `Web (${n + 1})`);
    }
    desk.lost('e0', 'a', 'Web (15)._t._tcp.local');
    expect(desk.rename('a', 'Site')).toContain('e0: renamed a Site:1 at h.local #15, in 5000 ms');
    expect(desk.rename('a', 'Home')).toContain('e0: renamed a Home:1 at h.local #16');
  });

  it('CNF-06 reports once that a search for a name takes more than a minute, and again only for another search', () => {
    const desk = web();
    let revision = 0;
    const conflict = () => {
      const name = revision === 0 ? WEB : `Web (${revision + 1})._t._tcp.local`;
      revision++;
      return desk.lost('e0', 'a', name).filter((said) => said.startsWith('error'));
    };
    expect(conflict()).toEqual([]);
    desk.now += 60_000;
    expect(conflict()).toEqual(['error {"id":"a","name":"Web (2)"}']);
    expect(conflict()).toEqual([]);
    desk.announced('e0', 'a', revision);
    desk.now += 60_000;
    expect(conflict()).toEqual([]);
    desk.now += 60_000;
    expect(conflict()).toHaveLength(1);
  });
});

describe('PublicationBook: a name that another publication of ours has', () => {
  it('is skipped: the next one is claimed', () => {
    const desk = web();
    expect(desk.service('b', { instance: 'WEB' })).toEqual([
      'publication.probing b WEB',
      'publication.renamed b WEB > WEB (2)',
      'e0: added b WEB (2):1 at h.local #0',
    ]);
    expect(desk.service('c', { typeName: '_u._tcp.local' })).toContain('e0: added c Web:1 at h.local #0');
  });

  it.each(['fail', 'keep-trying', 'ask'] as const)('is refused under the policy %s', (onConflict) => {
    const desk = web();
    expect(desk.service('b', { onConflict })).toEqual([
      'publication.probing b Web',
      'publication.failed b Web name-in-use',
      'publication.withdrawn b',
    ]);
    expect(desk.service('c'), 'and stays where it is').toContain('publication.renamed c Web > Web (2)');
  });

  it('is skipped when a user chooses it, and free again when its publication has another', () => {
    const desk = web();
    desk.service('b', { instance: 'Site' });
    expect(desk.rename('b', 'Web')).toContain('publication.renamed b Site > Web (2)');
    desk.rename('a', 'Home');
    expect(desk.rename('b', 'Web')).toContain('publication.renamed b Web (2) > Web');
  });
});

describe('PublicationBook: the hosts of services', () => {
  it('CNF-07 makes services refer to the new name of a host, which is reported to users', () => {
    const desk = web();
    expect(desk.lost('e0', 'host', 'h.local')).toEqual([
      'e0: renamed host h-2.local #1',
      'e0: changed a Web:1 at h-2.local #1',
      'publication.updating a Web',
      'host.renamed h.local > h-2.local',
    ]);
    expect(desk.announced('e0', 'a', 0)).toEqual([]);
    expect(desk.announced('e0', 'a', 1)).toEqual(['publication.updated a Web at h-2.local']);
    expect(desk.service('b')).toContain('e0: added b Web (2):1 at h-2.local #0');
    expect(JSON.stringify(desk.book)).toMatch(/"hostname":"h-2.local"/);
  });

  it('does not change services that are being withdrawn', () => {
    const desk = web();
    desk.withdraw('a');
    expect(desk.lost('e0', 'host', 'h.local')).toEqual([
      'e0: renamed host h-2.local #1',
      'host.renamed h.local > h-2.local',
    ]);
  });

  it('publishes a host of another name for a service, and withdraws it with the last service that refers to it', () => {
    const desk = web();
    const host = 'x.local';
    expect(desk.service('b', { instance: 'b', host })).toEqual([
      'e0: added host:x.local x.local #0',
      'publication.probing b b',
      'e0: added b b:1 at x.local #0',
    ]);
    expect(desk.service('c', { instance: 'c', host: 'X.local' }), 'the same').toEqual([
      'publication.probing c c',
      'e0: added c c:1 at x.local #0',
    ]);
    desk.withdraw('b');
    expect(desk.gone('e0', 'b')).toEqual(['publication.withdrawn b']);
    desk.withdraw('c');
    expect(desk.gone('e0', 'c')).toEqual(['publication.withdrawn c', 'e0: removed host:x.local']);
    expect(desk.gone('e0', 'host:x.local'), 'nobody asked for it').toEqual([]);
    expect(desk.book.has('host:x.local')).toBe(false);
  });

  it('keeps the own host when no service refers to it any more', () => {
    const desk = web();
    desk.withdraw('a');
    expect(desk.gone('e0', 'a')).toEqual(['publication.withdrawn a']);
    expect(desk.book.has('host')).toBe(true);
  });

  it('keeps a host that its user withdraws until the last service is gone', () => {
    const desk = web();
    desk.host('x', 'x.local', { onConflict: 'ask' });
    desk.announced('e0', 'x');
    desk.service('b', { instance: 'b', host: 'x.local' });
    expect(desk.withdraw('x')).toEqual(['publication.withdrawn x']);
    expect(desk.lost('e0', 'x', 'x.local'), 'no user chooses its name').toEqual([
      'e0: renamed x x-2.local #1',
      'e0: changed b b:1 at x-2.local #1',
    ]);
    desk.withdraw('b');
    expect(desk.gone('e0', 'b')).toEqual(['publication.withdrawn b', 'e0: removed x']);
    expect(desk.gone('e0', 'x')).toEqual([]);
    expect(desk.book.has('x')).toBe(false);
  });

  it('chooses another name for a withdrawn host that had lost its own', () => {
    const desk = web();
    desk.host('x', 'x.local', { onConflict: 'ask' });
    desk.service('b', { instance: 'b', host: 'x.local' });
    expect(desk.lost('e0', 'x', 'x.local')).toEqual(['publication.conflicted x x, perhaps x-2']);
    expect(desk.withdraw('x')).toEqual([
      'publication.withdrawn x',
      'e0: renamed x x-2.local #1',
      'e0: changed b b:1 at x-2.local #1',
    ]);
  });

  it('lets a withdrawn host keep the name that its user had chosen', () => {
    const desk = web();
    desk.host('x', 'x.local', { onConflict: 'ask' });
    desk.service('b', { instance: 'b', host: 'x.local' });
    desk.lost('e0', 'x', 'x.local');
    desk.rename('x', 'y');
    expect(desk.withdraw('x')).toEqual(['publication.withdrawn x']);
  });

  it('keeps a host that its user still wants when its services are gone', () => {
    const desk = web();
    desk.host('x', 'x.local');
    desk.service('b', { instance: 'b', host: 'x.local' });
    desk.withdraw('b');
    expect(desk.gone('e0', 'b')).toEqual(['publication.withdrawn b']);
    expect(desk.withdraw('x')).toEqual(['e0: removed x']);
  });

  it('fails the services of a host that fails', () => {
    const desk = web();
    desk.host('x', 'x.local', { onConflict: 'fail' });
    desk.service('b', { instance: 'b', host: 'x.local' });
    expect(desk.lost('e0', 'x', 'x.local')).toEqual([
      'publication.failed x x name-in-use',
      'e0: removed x',
      'publication.failed b b name-in-use',
      'e0: removed b',
    ]);
    expect([...desk.gone('e0', 'x'), ...desk.gone('e0', 'b')]).toEqual([
      'publication.withdrawn x',
      'publication.withdrawn b',
    ]);
  });

  it('has a host for each choice of addresses: under one name, the second gets another', () => {
    const desk = web();
    const at = (addressFilter: readonly string[]) => ({ host: 'x.local', addressFilter });
    desk.service('b', { instance: 'b', ...at(['198.18.0.1']) });
    expect(desk.service('c', { instance: 'c', ...at(['198.18.0.1']) }), 'the same').toEqual([
      'publication.probing c c',
      'e0: added c c:1 at x.local #0',
    ]);
    expect(desk.service('d', { instance: 'd', ...at(['198.18.0.2']) })).toEqual([
      'e0: added host:x.local#2 x-2.local #0',
      'publication.probing d d',
      'e0: added d d:1 at x-2.local #0',
    ]);
  });
});
