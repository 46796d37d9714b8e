import { describe, expect, it } from 'vitest';
import type { Publication } from '../../../src/actors/publication.js';
import { NameTable } from '../../../src/actors/supervisor/name-table.js';

const ttls = { host: 120, other: 4500 };
const host = (id: string, name: string): Publication => ({ kind: 'host', id, host: name, ttls });
const service = (id: string, instance: string, typeName = '_t._tcp.local'): Publication => {
  const data = { port: 1, priority: 0, weight: 0, host: 'h.local', txt: [], subtypes: [], extra: [] };
  return { kind: 'service', id, instance, typeName, ttls, ...data };
};

describe('NameTable', () => {
  it('finds the holder of a name, in any case', () => {
    const names = new NameTable();
    names.take(host('a', 'Printer.local'));
    names.take(service('b', 'Web'));
    expect(names.holderOf('printer.LOCAL')).toBe('a');
    expect(names.holderOf('WEB._t._TCP.local')).toBe('b');
    expect(names.holderOf('Web.local')).toBeUndefined();
  });

  it('knows whether another publication has the name', () => {
    const names = new NameTable();
    names.take(service('a', 'Web'));
    expect(names.isTaken(service('a', 'Web')), 'its own').toBe(false);
    expect(names.isTaken(service('b', 'wEb'))).toBe(true);
    expect(names.isTaken(service('b', 'Web', '_u._tcp.local')), 'of another type').toBe(false);
  });

  it('only the holder of a name can release it', () => {
    const names = new NameTable();
    names.take(service('a', 'Web'));
    names.release(service('b', 'Web'));
    expect(names.holderOf('Web._t._tcp.local')).toBe('a');
    names.release(service('a', 'Web'));
    expect(names.holderOf('Web._t._tcp.local')).toBeUndefined();
  });

  it('moves a publication to another name, or to the same', () => {
    const names = new NameTable();
    names.take(service('a', 'Web'));
    names.move(service('a', 'Web'), service('a', 'Site'));
    expect(names.holderOf('Web._t._tcp.local')).toBeUndefined();
    names.move(service('a', 'Site'), service('a', 'site'));
    expect(names.holderOf('Site._t._tcp.local')).toBe('a');
  });

  it('leaves a name with its holder when a publication that never had it moves away', () => {
    const names = new NameTable();
    names.take(service('a', 'Web'));
    names.move(service('b', 'Web'), service('b', 'Web (2)'));
    expect(names.holderOf('Web._t._tcp.local')).toBe('a');
    expect(names.holderOf('Web (2)._t._tcp.local')).toBe('b');
  });

  it('CNF-04 counts up to the next label that no other publication has', () => {
    const names = new NameTable();
    for (const [id, label] of ['Web', 'Web (2)', 'Web (4)'].entries()) names.take(service(`s${id}`, label));
    expect(names.nextFreeLabel(service('x', 'Web'))).toBe('Web (3)');
    expect(names.nextFreeLabel(service('x', 'Web (3)'))).toBe('Web (5)');
    expect(names.nextFreeLabel(service('s1', 'Web')), 'its own is free to it').toBe('Web (2)');
    names.take(host('h', 'h-2.local'));
    expect(names.nextFreeLabel(host('x', 'h.local'))).toBe('h-3');
  });
});
