import { describe, expect, it } from 'vitest';
import { parsePackage, parseServices, servicesIn } from '../../src/cli/service-file.js';
import { UsageError } from '../../src/cli/usage-error.js';

const service = { name: 'A', type: '_http._tcp', port: 80 };

describe('a file of services', () => {
  it('holds services with all that they can have', () => {
    const services = [
      service,
      { ...service, txt: { a: 'b', n: 1, flag: true, none: null }, host: 'till', subtypes: ['_x'] },
      { ...service, txt: ['a=b', 'flag'] },
    ];
    expect(parseServices(JSON.stringify(services), 'f')).toEqual(services);
  });

  it.each([
    ['nothing', 'f is not valid JSON'],
    ['{}', 'f must contain an array'],
    ['[]', 'f must contain an array'],
    ['[5]', 'Service 1 in f is not an object'],
    ['[null]', 'Service 1 in f is not an object'],
    [JSON.stringify([service, { ...service, name: 5 }]), 'Service 2 in f: "name" must be text'],
    [JSON.stringify([{ ...service, type: undefined }]), '"type" must be'],
    [JSON.stringify([{ ...service, port: '80' }]), '"port" must be a number'],
    [JSON.stringify([{ ...service, txt: 'a=b' }]), '"txt" must be'],
    [JSON.stringify([{ ...service, txt: { a: {} } }]), '"txt" must be'],
    [JSON.stringify([{ ...service, host: 1 }]), '"host" must be'],
    [JSON.stringify([{ ...service, subtypes: 'x' }]), '"subtypes" must be'],
    [JSON.stringify([{ ...service, subtype: 'x' }]), 'unknown "subtype"'],
  ])('%s is refused', (text, message) => {
    expect(() => parseServices(text, 'f')).toThrow(UsageError);
    expect(() => parseServices(text, 'f')).toThrow(message);
  });

  it('that is not there is a mistake of the user', () => {
    expect(() => servicesIn({ file: '/nowhere/services.json' })).toThrow(UsageError);
    expect(() => servicesIn({ file: '/nowhere/services.json' })).toThrow('/nowhere/services.json cannot be read');
  });
});

describe('a package.json', () => {
  const { name: _, ...nameless } = service;

  it('has one service or several, which have the name of the package unless they have their own', () => {
    const text = (mdns: unknown) => JSON.stringify({ name: 'shop', version: '1.0.0', mdns });
    expect(parsePackage(text(nameless), 'p')).toEqual([{ ...service, name: 'shop' }]);
    expect(parsePackage(text([nameless, service]), 'p')).toEqual([{ ...service, name: 'shop' }, service]);
  });

  it.each([
    ['nothing', 'p is not valid JSON'],
    ['[]', 'p has no "mdns": add for example'],
    ['{"name": "a"}', 'p has no "mdns"'],
    ['{"mdns": []}', 'p has no "mdns"'],
    [JSON.stringify({ mdns: nameless }), '"mdns" in p: "name" must be text'],
    [JSON.stringify({ name: 'a', mdns: 5 }), '"mdns" in p is not an object'],
    [JSON.stringify({ name: 'a', mdns: [service, { ...service, port: '80' }] }), 'Service 2 of "mdns" in p: "port"'],
  ])('%s is refused', (text, message) => {
    expect(() => parsePackage(text, 'p')).toThrow(UsageError);
    expect(() => parsePackage(text, 'p')).toThrow(message);
  });
});
