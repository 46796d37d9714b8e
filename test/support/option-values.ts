/** Values for options: of every kind, and those that are right or wrong in several calls. */
const oops = (): never => {
  throw new TypeError('a trap');
};
const revoked = Proxy.revocable([], {});
revoked.revoke();

/** Values of every kind, by name. What is right somewhere is taken out there. */
export const pool = {
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-1': -1,
  '0.5': 0.5,
  '1e-9': 1e-9,
  '2 ** 60': 2 ** 60,
  bigint: 5n,
  true: true,
  text: 'eth0',
  'a number as text': '80',
  'no text': '',
  symbol: Symbol('x'),
  function: () => true,
  array: [],
  'array of null': [null],
  'sparse array': new Array(3),
  'array of arrays': [['eth0']],
  object: { eth0: {} },
  'class instance': new (class Options {
    name = 5;
  })(),
  'null prototype': Object.assign(Object.create(null), { x: Symbol('x') }),
  Map: new Map([['a', 'b']]),
  Date: new Date(0),
  promise: Promise.resolve('eth0'),
  'throwing getter': Object.defineProperty({}, 'name', { enumerable: true, get: oops }),
  'Proxy with traps': new Proxy({}, { get: oops, has: oops, ownKeys: oops, getPrototypeOf: oops }),
  'Proxy of an array with traps': new Proxy([1], { get: oops }),
  'revoked Proxy': revoked.proxy,
} as const satisfies Readonly<Record<string, unknown>>;

export type Kind = keyof typeof pool;

export const signals = [new AbortController().signal];
export const names = {
  right: ['Living Room. (2)', 'ü'],
  wrong: ['Web._http._tcp.local', 'Web._http._tcp', 'a\nb', 'x'.repeat(64)],
};
export const named: { readonly allowed: readonly Kind[] } = { allowed: ['text', 'a number as text'] };
export const ports = { right: [0, -0, 80, 65_535], wrong: [65_536, -1] };
export const txts = {
  right: [{ a: 1, b: true, c: null, d: undefined, e: new Uint8Array(2) }, ['a=1', new Uint8Array(3)], {}],
};
export const wrongTxts = [
  5,
  'a=b',
  [5],
  { a: {} },
  { a: Number.NaN },
  { 'a=b': 1 },
  { a: 'x'.repeat(300) },
  new Uint8Array(3),
  new Set(['a']),
];
export const interfaces = {
  right: [['eth0'], ['nope'], ['eth0', 'nope']],
  wrong: ['eth0', 'loopback', [5], [''], { 0: 'eth0', length: 1 }],
};
export const subtypes = {
  right: [['_printer'], []],
  wrong: ['abc', [5], [''], ['x'.repeat(64)]],
  allowed: ['array'],
} as const;
export const conflicts = {
  right: ['rename', 'fail', 'keep-trying', () => undefined],
  wrong: ['retry'],
  allowed: ['function'],
} as const;
export const ttls = {
  right: [1, 120, { host: 5 }, { other: 9 }, { host: 1, other: 2 }, {}],
  wrong: [0, 'x', { hots: 5 }, { host: 'x' }, 2 ** 31],
};
export const records = [
  [{ type: 'HINFO', data: { cpu: 'a', os: 'b' } }],
  [{ type: 'TYPE65280', data: new Uint8Array(3), ttl: 5 }],
  [],
];
export const wrongRecords = [
  {},
  [{ type: 'HINFO' }],
  [{ type: 'HINFO', data: null }],
  [{ type: 'SRV', data: {} }],
  [{ type: 'nope', data: {} }],
  [{ type: 'MX', data: new Proxy({}, { get: oops, ownKeys: oops }) }],
  [{ type: 'HINFO', data: { cpu: 'a', os: 'b' }, tll: 5 }],
];
export const filters = { right: [{ a: 'b' }, { a: true }, {}], wrong: ['a=b', 5, { a: 5 }, { a: false }, ['a']] };
export const timeouts = { right: [1, 0.5 + 1], wrong: [0, '5'], allowed: ['2 ** 60'] } as const;
export const filtersOfAddresses = {
  right: [['198.18.0.1'], ['198.18.0.0/15', 'fd00::/8'], () => true],
  wrong: ['198.18.0.1', [], ['x'], ['198.18.0.0/33']],
  allowed: ['function'],
} as const;
export const flags = { right: [true, false], allowed: ['true'], wrong: ['yes', 0, 1] } as const;
