import { describe, expect, it } from 'vitest';
import { LatelyReplied } from '../../../src/protocol/respond/lately-replied.js';
import { packed, unicastReply } from '../../../src/protocol/respond/outgoing.js';
import type { Answer } from '../../../src/protocol/respond/zone.js';
import { Zone } from '../../../src/protocol/respond/zone.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { address } from '../../support/records.js';
import { HOST, host, INSTANCE, printer, service, TYPE, v4Host } from './responder-bench.js';

const peer = { address: '192.0.2.77', port: 5353 };

function replier() {
  const zone = new Zone();
  for (const set of [host, printer]) zone.add(set);
  const lately = new LatelyReplied(zone);
  const find = (name: string, type: 'SRV' | 'TXT' | 'A'): Answer => {
    const [answer] = zone.find(name, type);
    if (answer === undefined) throw new Error(`no ${type} at ${name}`);
    return answer;
  };
  const reply = (maxBytes = 1_440, ...answers: Answer[]) =>
    packed(unicastReply(peer, lately.recordsFor(answers)), maxBytes);
  return { zone, find, reply };
}

const typesIn = ([bytes = new Uint8Array(0)]: readonly Uint8Array[]) =>
  decodeMessage(bytes).message?.additionals.map(({ type }) => type);

describe('replies that were sent before', () => {
  it('are the same packets', () => {
    const { find, reply } = replier();
    const first = reply(1_440, find(INSTANCE, 'SRV'));
    expect(first.packets).toHaveLength(1);
    expect(reply(1_440, find(INSTANCE, 'SRV'))).toBe(first);
    expect(reply(1_440, find(INSTANCE, 'TXT'))).not.toBe(first);
  });

  it('are made again once the zone has changed', () => {
    const { zone, find, reply } = replier();
    expect(typesIn(reply(1_440, find(INSTANCE, 'SRV')).packets)).toEqual(['A', 'AAAA', 'AAAA']);
    zone.add(v4Host);
    expect(typesIn(reply(1_440, find(INSTANCE, 'SRV')).packets)).toEqual(['A', 'NSEC']);
    zone.remove('host');
    expect(typesIn(reply(1_440, find(INSTANCE, 'SRV')).packets)).toEqual([]);
  });

  it('are packed again when packets have another size', () => {
    const { find, reply } = replier();
    const short = reply(60, find(HOST, 'A')).packets;
    expect(reply(1_440, find(HOST, 'A')).packets).not.toEqual(short);
    expect(reply(60, find(HOST, 'A')).packets).toEqual(short);
  });

  it('of several answers are made each time', () => {
    const { find, reply } = replier();
    const both = () => reply(1_440, find(INSTANCE, 'SRV'), find(INSTANCE, 'TXT'));
    expect(both()).toEqual(both());
    expect(both()).not.toBe(both());
  });

  it('are forgotten when there are too many', () => {
    const { zone, find, reply } = replier();
    const names = Array.from({ length: 100 }, (_, i) => `Many ${i}`);
    for (const name of names) zone.add(service(name, name));
    zone.add({ id: 'more', claims: [], records: [address('more.local', '192.0.2.11')] });
    const first = reply(1_440, find(INSTANCE, 'SRV'));
    for (const name of names) reply(1_440, find(`${name}.${TYPE}`, 'SRV'));
    const again = reply(1_440, find(INSTANCE, 'SRV'));
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});
