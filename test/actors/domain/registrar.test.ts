import { afterAll, describe, expect, it } from 'vitest';
import { expectSilence } from '../../support/actors.js';
import { srv, txt } from '../../support/records.js';
import { coverage, DeskBench, DOMAIN, HOST, hostSet, serviceSet } from './registrar-bench.js';

const WEB = `Web._http._tcp.${DOMAIN}`;
const registered = (revision = 0) => ({ type: 'set.registered', id: 'web', revision });
const released = { type: 'name.released', id: 'web' };

describe('registrar', () => {
  expectSilence();

  it('DYN-01 DYN-02 puts a service with its type into the zone by one update, if its name is free', () => {
    const desk = new DeskBench();
    const registrar = desk.start(serviceSet('Web'));
    expect(registrar.getSnapshot().value).toBe('claiming');
    desk.advance(5);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
    expect(desk.take()).toEqual([registered()]);
    expect(desk.zone.lines).toEqual([
      `_http._tcp.${DOMAIN} PTR web._http._tcp.${DOMAIN}`,
      `_services._dns-sd._udp.${DOMAIN} PTR _http._tcp.${DOMAIN}`,
      `web._http._tcp.${DOMAIN} SRV 0 0 80 ${HOST}`,
      expect.stringMatching(/^web\._http\._tcp\.office\.example TXT/),
    ]);
  });

  it('waits for its host', () => {
    const desk = new DeskBench();
    const registrar = desk.start(serviceSet('Web'), false);
    desk.advance(60_000);
    expect(registrar.getSnapshot().value).toEqual({ waiting: 'ready' });
    registrar.send({ type: 'host.held' });
    desk.advance(5);
    expect(desk.take()).toEqual([registered()]);
    registrar.send({ type: 'host.lost' });
    registrar.send({ type: 'set.changed', set: serviceSet('Web', { port: 81, revision: 1 }), hostIsHeld: false });
    desk.advance(60_000);
    expect(desk.take()).toEqual([]);
    registrar.send({ type: 'host.held' });
    desk.advance(5);
    expect(desk.take()).toEqual([registered(1)]);
  });

  it('DYN-03 adopts a service at the own host that an earlier run left behind, with its new port', () => {
    const desk = new DeskBench();
    desk.start(serviceSet('Web', { port: 79 }));
    desk.advance(5);
    desk.take();
    const registrar = desk.start(serviceSet('Web', { port: 80 }));
    desk.advance(5);
    expect(registrar.getSnapshot().value).toEqual({ adopting: 'reading' });
    desk.advance(10);
    expect(desk.take()).toEqual([registered()]);
    expect(desk.zone.records(WEB, 'SRV')).toMatchObject([{ port: 80 }]);
  });

  it('leaves a name alone that another host has, and takes the next one', () => {
    const desk = new DeskBench();
    desk.zone.add(srv(WEB, `other.${DOMAIN}`, 80));
    const before = desk.zone.lines;
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(10);
    expect(registrar.getSnapshot().value).toBe('lost');
    expect(desk.take()).toEqual([{ type: 'name.lost', id: 'web' }]);
    expect(desk.zone.lines).toEqual(before);
    registrar.send({ type: 'name.assigned', set: serviceSet('Web (2)'), hostIsHeld: true, pauseMs: 1_000 });
    desk.advance(999);
    expect(desk.zone.lines).toEqual(before);
    desk.advance(6);
    expect(desk.take()).toEqual([registered()]);
  });

  it('a name that has nothing but other records is taken, too', () => {
    const desk = new DeskBench();
    desk.zone.add(txt(WEB, ['a=1']));
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(2_000);
    expect(registrar.getSnapshot().value).toBe('lost');
  });

  it('adopts a host with an address of ours, and no other', () => {
    const desk = new DeskBench();
    desk.start(hostSet(['198.18.0.1', 'fd00::1']));
    desk.advance(5);
    const registrar = desk.start(hostSet(['198.18.0.1', '198.18.0.2']));
    desk.advance(20);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
    expect(desk.zone.lines).toEqual([`${HOST} A 198.18.0.1`, `${HOST} A 198.18.0.2`]);
    expect(desk.start(hostSet(['198.18.0.3'])).getSnapshot().value).toBe('claiming');
    desk.advance(10);
    expect(desk.take().at(-1)).toEqual({ type: 'name.lost', id: 'host' });
  });

  it('RFC 9664: renews a granted lease when 80 % of it have passed, and compares the zone without one', () => {
    const desk = new DeskBench();
    desk.leaseSeconds = 100;
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(5);
    expect(desk.lastLease).toBe(3_600);
    desk.advance(75_999);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
    desk.leaseSeconds = undefined;
    desk.advance(2);
    expect(registrar.getSnapshot().value).toBe('renewing');
    desk.advance(850_000);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
    desk.advance(10_000);
    expect(desk.take()).toEqual([registered(), registered(), registered()]);
  });

  it('claims again what has vanished from the zone', () => {
    const desk = new DeskBench();
    desk.start(serviceSet('Web'));
    desk.advance(5);
    const before = desk.zone.lines;
    for (const record of desk.zone.records()) desk.zone.update(deletion(record.name));
    expect(desk.zone.lines).toEqual([]);
    desk.advance(900_000);
    expect(desk.take()).toEqual([registered(), released, registered()]);
    expect(desk.zone.lines).toEqual(before);
  });

  it('does not take a name back that another process on this host has adopted', () => {
    const desk = new DeskBench();
    const first = desk.start(serviceSet('Web', { port: 80 }));
    desk.advance(5);
    const second = desk.start(serviceSet('Web', { port: 81 }));
    desk.advance(900_000);
    expect(first.getSnapshot().value).toBe('lost');
    expect(second.getSnapshot().value).toEqual({ held: 'resting' });
  });

  it('publishes changes, and keeps the latest of those that come during a request', () => {
    const desk = new DeskBench();
    const registrar = desk.start(serviceSet('Web'));
    registrar.send({ type: 'set.changed', set: serviceSet('Web', { port: 81, revision: 1 }), hostIsHeld: true });
    registrar.send({ type: 'set.changed', set: serviceSet('Web', { port: 82, revision: 2 }), hostIsHeld: true });
    desk.advance(20);
    expect(desk.take()).toEqual([registered(0), registered(2)]);
    expect(desk.zone.records(WEB, 'SRV')).toMatchObject([{ port: 82 }]);
    registrar.send({ type: 'name.assigned', set: serviceSet('Shop', { revision: 3 }), hostIsHeld: true, pauseMs: 0 });
    desk.advance(20);
    expect(desk.take()).toEqual([released, registered(3)]);
    expect(desk.zone.records(WEB)).toEqual([]);
  });

  it('withdraws: the type goes with its last instance', () => {
    const desk = new DeskBench();
    const web = desk.start(serviceSet('Web'));
    const shop = desk.start(serviceSet('Shop'));
    desk.advance(5);
    web.send({ type: 'set.withdraw' });
    desk.advance(10);
    expect(web.getSnapshot().value).toBe('withdrawn');
    expect(desk.zone.records(`_services._dns-sd._udp.${DOMAIN}`)).toHaveLength(1);
    shop.send({ type: 'set.withdraw' });
    desk.advance(10);
    expect(desk.zone.lines).toEqual([]);
    expect(shop.getSnapshot().output).toEqual({ id: 'web' });
  });

  it('a host without addresses has nothing to claim, until it gets one', () => {
    const desk = new DeskBench();
    const host = desk.start(hostSet([]));
    expect(desk.take()).toEqual([{ type: 'set.registered', id: 'host', revision: 0 }]);
    host.send({ type: 'set.changed', set: hostSet([], HOST, 1), hostIsHeld: true });
    expect(desk.take()).toEqual([{ type: 'set.registered', id: 'host', revision: 1 }]);
    host.send({ type: 'set.changed', set: hostSet(['198.18.0.1'], HOST, 2), hostIsHeld: true });
    desk.advance(5);
    expect(desk.zone.lines).toEqual([`${HOST} A 198.18.0.1`]);
    host.send({ type: 'set.changed', set: hostSet([], HOST, 3), hostIsHeld: true });
    desk.advance(5);
    expect(desk.zone.lines).toEqual([]);
    host.send({ type: 'set.withdraw' });
    expect(host.getSnapshot().status).toBe('done');
  });
});

describe('a registrar whose requests fail', () => {
  expectSilence();

  it('DYN-05 reports why, and tries again after a pause that grows', () => {
    const desk = new DeskBench();
    desk.fate = 'SERVFAIL';
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(10_000);
    const refused = { type: 'set.refused', id: 'web', refusal: { code: 'SERVFAIL', reason: 'SERVFAIL.' } };
    expect(desk.take()).toEqual([refused, refused, refused, refused]);
    desk.fate = 'done';
    desk.advance(10_000);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
  });

  it('a claim whose reply was lost is adopted', () => {
    const desk = new DeskBench();
    desk.fate = 'unanswered';
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(5);
    desk.fate = 'done';
    desk.advance(2_000);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
  });

  it('withdraws what a request without a reply may have put there', () => {
    const desk = new DeskBench();
    desk.fate = 'unanswered';
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(5);
    expect(desk.zone.lines).toHaveLength(4);
    desk.fate = 'done';
    registrar.send({ type: 'set.withdraw' });
    desk.advance(20);
    expect(registrar.getSnapshot().value).toBe('withdrawn');
    expect(desk.zone.lines).toEqual([]);
  });

  it('withdraws what the zone really has, when the reply to the latest change was lost', () => {
    const desk = new DeskBench();
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(5);
    desk.fate = 'unheard';
    registrar.send({ type: 'set.changed', set: serviceSet('Web', { port: 81, revision: 1 }), hostIsHeld: true });
    desk.advance(5);
    desk.fate = 'done';
    registrar.send({ type: 'set.withdraw' });
    desk.advance(20);
    expect(registrar.getSnapshot().value).toBe('withdrawn');
    expect(desk.zone.lines).toEqual([]);
  });

  it('a withdrawal waits for the request that is under way, and gives up after three attempts', () => {
    const desk = new DeskBench();
    desk.fate = undefined;
    const registrar = desk.start(serviceSet('Web'));
    registrar.send({ type: 'set.withdraw' });
    expect(desk.pending).toHaveLength(1);
    desk.settle('done');
    expect(registrar.getSnapshot().value).toEqual({ withdrawing: 'removing' });
    desk.settle('REFUSED');
    desk.fate = 'unheard';
    desk.advance(100_000);
    expect(registrar.getSnapshot().value).toBe('withdrawn');
  });

  it('a renewal that is refused leaves the name ours', () => {
    const desk = new DeskBench();
    const registrar = desk.start(serviceSet('Web'));
    desk.advance(5);
    desk.take();
    desk.fate = 'unanswered';
    registrar.send({ type: 'set.changed', set: serviceSet('Web', { port: 81, revision: 1 }), hostIsHeld: true });
    desk.advance(5);
    expect(registrar.getSnapshot().value).toEqual({ held: 'paused' });
    desk.fate = 'done';
    // The zone has the change already, so what we know it to have is not what it has.
    desk.advance(2_000);
    expect(desk.zone.records(WEB, 'SRV')).toMatchObject([{ port: 81 }]);
    expect(registrar.getSnapshot().value).toEqual({ held: 'resting' });
    expect(desk.take().at(-1)).toEqual(registered(1));
  });
});

afterAll(() => {
  expect(coverage.missingStates).toEqual([]);
});

function deletion(name: string) {
  const head = { id: 0, response: false, opcode: 5, rcode: 0, authoritative: false, truncated: false };
  const record = { name, type: 'ANY', class: 255, cacheFlush: false, ttl: 0, bare: true } as const;
  const zone = { name: DOMAIN, type: 'SOA', class: 1, unicastResponse: false } as const;
  return { ...head, questions: [zone], answers: [], authorities: [record], additionals: [] };
}
