import { describe, expect, it } from 'vitest';
import { withTtl } from '../../../src/protocol/record.js';
import { OtherHolders } from '../../../src/protocol/respond/other-holders.js';
import { Zone } from '../../../src/protocol/respond/zone.js';
import { nameAndType, ptr } from '../../support/records.js';
import { Bench, INSTANCE, printer, TYPE, TYPES } from './responder-bench.js';

const listed = ptr(TYPES, TYPE);

describe('GBY-01 other holders of what is on a list', () => {
  it('GBY-01 are known for as long as what they said is believed, and until they take it back', () => {
    const zone = new Zone();
    zone.add(printer);
    const others = new OtherHolders();
    expect(others.release(listed, 0)).toBe(false);
    others.heard(zone, [listed], 0);
    expect(others.release(listed, 4_499_999)).toBe(true);
    expect(others.release(listed, 4_499_999)).toBe(false);
    others.heard(zone, [listed], 0);
    expect(others.release(listed, 4_500_000)).toBe(false);
    others.heard(zone, [listed], 0);
    others.heard(zone, [withTtl(listed, 0)], 10);
    expect(others.release(listed, 20)).toBe(false);
  });

  it('SEC-02 are noted for our own records alone, and for those of lists', () => {
    const zone = new Zone();
    zone.add(printer);
    const others = new OtherHolders();
    others.heard(zone, [ptr(TYPES, '_u._tcp.local'), ptr(TYPE, INSTANCE)], 0);
    expect(others.release(ptr(TYPES, '_u._tcp.local'), 1)).toBe(false);
    expect(others.release(ptr(TYPE, INSTANCE), 1)).toBe(false);
  });

  it('GBY-01 no goodbye is said for what one of them has', () => {
    const bench = new Bench();
    bench.heard(0, listed);
    bench.at(5_000, () => bench.queue.goodbye(bench.zone.remove('service'), 5_000));
    const said = bench.run(5_500).flatMap(({ answers }) => answers.map(nameAndType));
    expect(said.sort()).toEqual([`${INSTANCE} SRV`, `${INSTANCE} TXT`, `${TYPE} PTR`].sort());
  });
});
