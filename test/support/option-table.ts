/** Every option of every call: values that are right, and those that are not; `test/api/options.test.ts` tries them. */
import { ADDRCONFIG } from 'node:dns';
import {
  createMdns,
  type Mdns,
  type MdnsOptions,
  type PublishedService,
  type ServiceInstance,
} from '../../src/index.js';
import { SimulatedHost, VirtualClock } from '../../src/net/simulated/index.js';
import { browseCommand, publishCommand, supervisorOptions } from '../../src/xstate.js';
import { doors } from './option-table-doors.js';
import {
  conflicts,
  filters,
  filtersOfAddresses,
  flags,
  interfaces,
  type Kind,
  named,
  names,
  ports,
  records,
  signals,
  subtypes,
  timeouts,
  ttls,
  txts,
  wrongRecords,
  wrongTxts,
} from './option-values.js';

export interface Row {
  /** The call and the option: `publish port`. */
  readonly what: string;
  /** What is passed where the option is `value`. */
  readonly call: (to: Fixture, value: unknown) => unknown;
  /** Values that are taken. */
  readonly right: readonly unknown[];
  /** Further wrong ones. */
  readonly wrong?: readonly unknown[];
  /** Those of the pool that are right here. */
  readonly allowed?: readonly Kind[];
  /** Whether it has to be given. */
  readonly required?: boolean;
}

export interface Fixture {
  readonly mdns: Mdns;
  readonly published: PublishedService;
  readonly instance: ServiceInstance;
  /** A name that was not used before. */
  readonly fresh: () => string;
}

export const service = (over: object) => ({ name: 'Other', type: 'http', port: 81, ...over });
const publish =
  (key: string, rest: object = {}) =>
  ({ mdns, fresh }: Fixture, value: unknown) =>
    mdns.publish(service({ name: fresh(), ...rest, [key]: value }) as never).withdraw();
const update =
  (key: string) =>
  ({ published }: Fixture, value: unknown) =>
    published.update({ [key]: value });
const publishHost =
  (key: string) =>
  ({ mdns, fresh }: Fixture, value: unknown) =>
    mdns.publishHost({ name: fresh().replace(' ', '-'), [key]: value } as never).withdraw();
const browse =
  (key: string) =>
  ({ mdns }: Fixture, value: unknown) =>
    mdns
      .browse('http', { [key]: value } as never)
      .subscribe()
      .unsubscribe();
const browseAll =
  (key: string) =>
  ({ mdns }: Fixture, value: unknown) =>
    mdns
      .browseAll({ [key]: value } as never)
      .subscribe()
      .unsubscribe();
const watchHost =
  (key: string) =>
  ({ mdns }: Fixture, value: unknown) =>
    mdns
      .watchHost('h1', { [key]: value } as never)
      .subscribe()
      .unsubscribe();
const waits = {
  discover: (mdns: Mdns, options: object) => mdns.discover('http', options),
  resolve: (mdns: Mdns, options: object) => mdns.resolve('Web', 'http', options),
  lookup: (mdns: Mdns, options: object) => mdns.lookup('h1', options),
  query: (mdns: Mdns, options: object) => mdns.query('h1', 'ANY', options),
  reverse: (mdns: Mdns, options: object) => mdns.reverse('198.18.0.1', options),
} as const;
const create = (key: string) => (_: Fixture, value: unknown) => {
  const network = new SimulatedHost({ clock: new VirtualClock() });
  return createMdns({ network, [key]: value } as MdnsOptions).close();
};
const forSupervisor = (key: string) => (_: Fixture, value: unknown) =>
  supervisorOptions({ network: new SimulatedHost({ clock: new VirtualClock() }), [key]: value } as never);

const creating = (name: string, call: (key: string) => Row['call']): Row[] => {
  const of = (key: string) => ({ what: `${name} ${key}`, call: call(key) });
  return [
    { ...of('hostname'), right: ['printer', 'printer.local'], wrong: ['a.b', 'x'.repeat(64)], ...named },
    {
      ...of('ipv4'),
      right: [false, '224.0.0.251:5353'],
      wrong: ['0.0.0.0:5353', '224.0.0.251', '224.0.0.251:99999'],
    },
    { ...of('ipv6'), right: [false, '[ff02::fb]:5353'], wrong: ['ff02::fb', '[::]:5353'] },
    {
      ...of('interfaces'),
      right: [['eth0'], ['nope'], 'loopback', ['loopback', 'eth0'], () => true],
      wrong: ['eth0', [], [''], [5], 5],
      allowed: ['function'],
    },
    { ...of('addressFilter'), ...filtersOfAddresses },
    { ...of('ttl'), ...ttls },
    { ...of('announceHost'), ...flags },
    { ...of('announcements'), right: [2, 8], wrong: [1, 9, '2'] },
    { ...of('reannounce'), right: [true, false, 60_000], wrong: [1, '60000'], allowed: ['true', '2 ** 60'] },
    { ...of('scanIntervalMs'), right: [50, 1_500], wrong: [0, 1, '1500'], allowed: ['2 ** 60'] },
    { ...of('maxCacheRecords'), right: [1, 10_000], wrong: [0, '5'] },
    { ...of('maxCacheBytes'), right: [65_536], wrong: [1, 65_535, '70000'] },
    { ...of('keepAlive'), ...flags },
    {
      ...of('network'),
      right: [new SimulatedHost({ clock: new VirtualClock() })],
      wrong: [{}, { clock: {} }],
      required: name === 'none',
    },
  ];
};

export const table: readonly Row[] = [
  ...creating('createMdns', create),
  ...creating('supervisorOptions', forSupervisor),
  { what: 'createMdns logger', call: create('logger'), right: [console], wrong: [{ debug() {} }, { log() {} }] },
  { what: 'createMdns systemLookup', call: create('systemLookup'), ...flags },
  {
    what: 'createMdns inspect',
    call: create('inspect'),
    right: [() => {}, { next() {} }],
    wrong: [{}],
    allowed: ['function'],
  },

  { what: 'publish name', call: publish('name'), ...names, ...named, required: true },
  {
    what: 'publish type',
    call: publish('type'),
    right: ['http', '_x._udp'],
    wrong: ['_x._sctp', 'a b', '_http._tcp.example'],
    allowed: ['text'],
    required: true,
  },
  { what: 'publish strict', call: publish('strict'), ...flags },
  {
    what: 'publish type without strict',
    call: publish('type', { strict: false }),
    right: ['_a_type_of_more_than_15._tcp', 'x--y._udp', '_1._tcp', '_sub._sub._a_b._tcp'],
    wrong: ['_x._sctp', 'a_b._x', '_http._tcp.example', 'x'.repeat(63)],
    allowed: ['text', 'a number as text'],
    required: true,
  },
  { what: 'publish port', call: publish('port'), ...ports, required: true },
  { what: 'publish txt', call: publish('txt'), ...txts, wrong: wrongTxts, allowed: ['array', 'class instance'] },
  { what: 'publish host', call: publish('host'), right: ['printer', 'printer.local'], wrong: ['a.b.c'], ...named },
  {
    what: 'publish addresses',
    call: publish('addresses', { host: 'away' }),
    right: [['198.18.0.77'], ['fd00::1']],
    wrong: ['198.18.0.1', ['x'], [5]],
    allowed: ['array'],
  },
  { what: 'publish addresses without a host', call: publish('addresses'), right: [], wrong: [['198.18.0.77']] },
  { what: 'publish addressFilter', call: publish('addressFilter', { host: 'away' }), ...filtersOfAddresses },
  { what: 'publish ownHost', call: publish('ownHost', { host: 'away' }), ...flags },
  { what: 'publish ownHost without a host', call: publish('ownHost'), right: [false], wrong: [true] },
  { what: 'publish claimHost', call: publish('claimHost', { host: 'away' }), ...flags },
  {
    what: 'publish claimHost without a host',
    call: publish('claimHost'),
    right: [],
    wrong: [false],
    allowed: ['true'],
  },
  { what: 'publish subtypes', call: publish('subtypes'), ...subtypes },
  { what: 'publish records', call: publish('records'), right: records, wrong: wrongRecords, allowed: ['array'] },
  { what: 'publish priority', call: publish('priority'), ...ports },
  { what: 'publish weight', call: publish('weight'), ...ports },
  { what: 'publish ttl', call: publish('ttl'), ...ttls },
  { what: 'publish onConflict', call: publish('onConflict'), ...conflicts },
  {
    what: 'publish interfaces',
    call: publish('interfaces'),
    ...interfaces,
    wrong: [...interfaces.wrong, (on: object) => on],
  },
  {
    what: 'publish signal',
    call: publish('signal'),
    right: signals,
    wrong: [{}, new AbortController(), Object.create(AbortSignal.prototype)],
  },
  { what: 'publish', call: ({ mdns }, value) => mdns.publish(value as never), right: [], required: true },

  { what: 'update name', call: update('name'), right: [], ...{ wrong: names.wrong }, ...named },
  { what: 'update port', call: update('port'), ...ports },
  { what: 'update txt', call: update('txt'), ...txts, wrong: wrongTxts, allowed: ['array', 'class instance'] },
  { what: 'update subtypes', call: update('subtypes'), ...subtypes },
  { what: 'update priority', call: update('priority'), ...ports },
  { what: 'update weight', call: update('weight'), ...ports },
  {
    what: 'update',
    call: ({ published }, value) => published.update(value as never),
    right: [{}],
    wrong: [{ type: 'http' }, { host: 'h' }],
    required: true,
  },

  {
    what: 'publishHost name',
    call: publishHost('name'),
    right: ['alias', 'alias.local'],
    wrong: ['a.b', 'a\nb'],
    ...named,
    required: true,
  },
  {
    what: 'publishHost addresses',
    call: publishHost('addresses'),
    right: [['198.18.0.78']],
    wrong: ['198.18.0.1', ['x']],
    allowed: ['array'],
  },
  { what: 'publishHost aliasOf', call: publishHost('aliasOf'), right: ['h1', 'nas.local'], wrong: ['a.b'], ...named },
  { what: 'publishHost addressFilter', call: publishHost('addressFilter'), ...filtersOfAddresses },
  { what: 'publishHost ttl', call: publishHost('ttl'), right: [120], wrong: [0, 'x'] },
  { what: 'publishHost onConflict', call: publishHost('onConflict'), ...conflicts },
  { what: 'publishHost interfaces', call: publishHost('interfaces'), ...interfaces },
  { what: 'publishHost signal', call: publishHost('signal'), right: signals },
  { what: 'publishHost', call: ({ mdns }, value) => mdns.publishHost(value as never), right: [], required: true },

  {
    what: 'browse type',
    call: ({ mdns }, value) => mdns.browse(value as never),
    right: ['http', '_x._sctp', undefined],
    wrong: [{ type: 'http' }, '_http._tcp.example'],
    ...named,
  },
  {
    what: 'browse options',
    call: ({ mdns }, value) => mdns.browse('http', value as never),
    right: [{}],
    wrong: [{ type: 'http' }, { timeout: 5 }],
  },
  { what: 'browse subtype', call: browse('subtype'), right: ['_printer'], wrong: ['x'.repeat(64)], ...named },
  { what: 'browse txt', call: browse('txt'), ...filters },
  { what: 'browse interfaces', call: browse('interfaces'), ...interfaces },
  { what: 'browse signal', call: browse('signal'), right: signals },
  {
    what: 'browse resolve',
    call: browse('resolve'),
    right: [true, false, 'partial'],
    wrong: ['whole'],
    allowed: ['true'],
  },
  {
    what: 'browseAll resolve',
    call: browseAll('resolve'),
    right: [true, 'partial'],
    wrong: [false],
    allowed: ['true'],
  },
  {
    what: 'browseAll options',
    call: ({ mdns }, value) => mdns.browseAll(value as never),
    right: [{}],
    wrong: [{ resolve: false }],
  },
  { what: 'browseAll subtype', call: browseAll('subtype'), right: ['_printer'], ...named },
  { what: 'browseAll txt', call: browseAll('txt'), ...filters },
  { what: 'browseAll interfaces', call: browseAll('interfaces'), ...interfaces },
  { what: 'browseAll signal', call: browseAll('signal'), right: signals },
  ...doors,
  {
    what: 'watchHost host',
    call: ({ mdns }, value) => mdns.watchHost(value as never),
    right: ['till', 'till.local'],
    wrong: ['till.example', ''],
    required: true,
    ...named,
  },
  { what: 'watchHost interfaces', call: watchHost('interfaces'), ...interfaces },
  { what: 'watchHost signal', call: watchHost('signal'), right: signals },

  {
    what: 'discover type',
    call: ({ mdns }, value) => mdns.discover(value as never, { timeout: 1 }),
    right: ['http'],
    ...named,
    required: true,
  },
  {
    what: 'discover txt',
    call: ({ mdns }, value) => mdns.discover('http', { timeout: 1, txt: value as never }),
    ...filters,
  },
  {
    what: 'discover subtype',
    call: ({ mdns }, value) => mdns.discover('http', { timeout: 1, subtype: value as never }),
    right: ['_a'],
    ...named,
  },
  {
    what: 'discover resolve',
    call: ({ mdns }, value) => mdns.discover('http', { timeout: 1, resolve: value as never }),
    ...flags,
  },
  {
    what: 'resolve name',
    call: ({ mdns }, value) => mdns.resolve(value as never, 'http', { timeout: 1 }),
    right: ['Web'],
    wrong: names.wrong,
    ...named,
    required: true,
  },
  {
    what: 'resolve type',
    call: ({ mdns }, value) => mdns.resolve('Web', value as never, { timeout: 1 }),
    right: ['http'],
    ...named,
    required: true,
  },
  {
    what: 'lookup host',
    call: ({ mdns }, value) => mdns.lookup(value as never, { timeout: 1 }),
    right: ['h1', 'h1.local'],
    wrong: ['example.com'],
    ...named,
    required: true,
  },
  {
    what: 'query name',
    call: ({ mdns }, value) => mdns.query(value as never, 'A', { timeout: 1 }),
    right: ['h1'],
    wrong: ['example.com'],
    ...named,
    required: true,
  },
  {
    what: 'query type',
    call: ({ mdns }, value) => mdns.query('h1', value as never, { timeout: 1 }),
    right: ['A', 'any', 'TYPE65'],
    wrong: ['TYPE99999'],
    required: true,
  },
  {
    what: 'reverse address',
    call: ({ mdns }, value) => mdns.reverse(value as never, { timeout: 1 }),
    right: ['198.18.0.1'],
    wrong: ['h1', 'fe80::1%'],
    required: true,
  },
  ...Object.entries(waits).flatMap(([name, wait]): Row[] => [
    {
      what: `${name} options`,
      call: ({ mdns }, value) => wait(mdns, value as object),
      right: [],
      wrong: [{ timeuot: 5 }],
    },
    {
      what: `${name} timeout`,
      call: ({ mdns }, value) => wait(mdns, { timeout: value }),
      ...timeouts,
      right: name === 'discover' ? [1] : [],
      allowed: name === 'discover' ? ['2 ** 60'] : ['2 ** 60', 'Infinity'],
    },
    { what: `${name} signal`, call: ({ mdns }, value) => wait(mdns, { timeout: 1, signal: value }), right: signals },
    {
      what: `${name} interfaces`,
      call: ({ mdns }, value) => wait(mdns, { timeout: 1, interfaces: value }),
      ...interfaces,
    },
  ]),

  {
    what: 'whenAnnounced options',
    call: ({ published }, value) => published.whenAnnounced(value as never),
    right: [{}],
  },
  {
    what: 'whenAnnounced timeout',
    call: ({ published }, value) => published.whenAnnounced({ timeout: value as never }),
    ...timeouts,
    allowed: ['2 ** 60', 'Infinity'],
  },
  {
    what: 'whenAnnounced signal',
    call: ({ published }, value) => published.whenAnnounced({ signal: value as never }),
    right: signals,
  },

  {
    what: 'reconfirm',
    call: ({ mdns }, value) => mdns.reconfirm(value as never),
    right: [],
    wrong: [
      { fullName: 5, type: 'a', domain: 'b' },
      { fullName: '..', type: 'a', domain: 'b' },
    ],
    required: true,
  },
  { what: 'facts', call: ({ mdns }, value) => mdns.facts(value as never), right: [], required: true },
  { what: 'lastSeen', call: ({ mdns }, value) => mdns.lastSeen(value as never), right: [], required: true },
  {
    what: 'nodeLookup name',
    call: ({ mdns }, value) => mdns.nodeLookup(value as never, {}, () => {}),
    right: ['h1.local'],
    ...named,
    allowed: ['text', 'a number as text', 'no text'],
    required: true,
  },
  {
    what: 'nodeLookup options',
    call: ({ mdns }, value) => mdns.nodeLookup('h1.local', value as never, () => {}),
    right: [{}, 4, { all: true }, undefined],
    wrong: [{ family: 5 }, { all: 'x' }, { hints: 'x' }, { order: 'x' }, { verbatim: 1 }],
    allowed: [
      'null',
      'object',
      'class instance',
      'null prototype',
      'Map',
      'Date',
      'promise',
      'function',
      'throwing getter',
    ],
  },
  {
    what: 'nodeLookup callback',
    call: ({ mdns }, value) => mdns.nodeLookup('h1.local', { hints: ADDRCONFIG }, value as never),
    right: [() => {}],
    allowed: ['function'],
    required: true,
  },

  {
    what: 'inspectorHandler authorize',
    call: ({ mdns }, value) => mdns.inspectorHandler({ authorize: value as never, token: 'x'.repeat(16) }),
    right: [() => true, undefined],
    allowed: ['function'],
  },
  {
    what: 'inspectorHandler token',
    call: ({ mdns }, value) => mdns.inspectorHandler({ authorize: () => true, token: value as never }),
    right: ['x'.repeat(16), undefined],
    wrong: ['x'.repeat(15)],
  },

  {
    what: 'publishCommand id',
    call: (_, value) => publishCommand(value as never, service({})),
    right: ['x'],
    allowed: ['text', 'a number as text', 'no text'],
    required: true,
  },
  {
    what: 'publishCommand service',
    call: (_, value) => publishCommand('x', value as never),
    right: [service({})],
    wrong: [service({ signal: signals[0] })],
    required: true,
  },
  {
    what: 'browseCommand id',
    call: (_, value) => browseCommand(value as never, 'http'),
    right: ['x'],
    allowed: ['text', 'a number as text', 'no text'],
    required: true,
  },
  {
    what: 'browseCommand type',
    call: (_, value) => browseCommand('x', value as never),
    right: ['http'],
    ...named,
    required: true,
  },
  {
    what: 'browseCommand options',
    call: (_, value) => browseCommand('x', 'http', value as never),
    right: [{}, { resolve: undefined }],
    wrong: [{ signal: signals[0] }],
  },
];
