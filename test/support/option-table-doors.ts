/** The options of the doors for programs that speak Multicast DNS themselves; a part of `option-table.ts`. */
import type { Fixture, Row } from './option-table.js';
import { flags, interfaces, named, signals } from './option-values.js';

const watch =
  (key: string) =>
  ({ mdns }: Fixture, value: unknown) =>
    mdns
      .watch('h1', 'A', { [key]: value } as never)
      .subscribe()
      .unsubscribe();
const send =
  (key: string) =>
  ({ mdns }: Fixture, value: unknown) =>
    mdns.send({}, { [key]: value } as never);

export const doors: readonly Row[] = [
  {
    what: 'watch name',
    call: ({ mdns }, value) => mdns.watch(value as never, 'A'),
    right: ['printer', '_http._tcp.local'],
    wrong: ['printer.example'],
    ...named,
    required: true,
  },
  {
    what: 'watch type',
    call: ({ mdns }, value) => mdns.watch('h1', value as never),
    right: ['A', 'ANY', 'TYPE65'],
    wrong: ['NOPE'],
    required: true,
  },
  { what: 'watch interfaces', call: watch('interfaces'), ...interfaces },
  { what: 'watch signal', call: watch('signal'), right: signals },
  {
    what: 'update announce',
    call: ({ published }, value) => published.update({ port: 9 }, { announce: value as never }),
    ...flags,
  },
  {
    what: 'update announce of a new name',
    call: ({ published }, value) => published.update({ name: 'Other' }, { announce: value as never }),
    right: [true],
    wrong: [false],
    allowed: ['true'],
  },
  {
    what: 'send message',
    call: ({ mdns }, value) => mdns.send(value as never),
    right: [{}],
    wrong: [{ question: [] }, new Uint8Array(9_000)],
    required: true,
  },
  {
    what: 'send to',
    call: send('to'),
    right: [],
    wrong: [{}, { address: 'x' }, { address: '198.18.0.9', port: 0 }],
  },
  {
    what: 'send interfaces',
    call: send('interfaces'),
    ...interfaces,
    right: [['eth0']],
  },
  { what: 'send family', call: send('family'), right: ['ipv4'], wrong: ['ipv5', 4] },
];
