import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/arguments.js';
import { parseServices, readServiceFile } from '../../src/cli/service-file.js';

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
    expect(() => readServiceFile('/nowhere/services.json')).toThrow(UsageError);
    expect(() => readServiceFile('/nowhere/services.json')).toThrow('/nowhere/services.json cannot be read');
  });
});
