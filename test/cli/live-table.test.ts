/** The tables of a terminal: what they show of services, and how they move. */
import { describe, expect, it } from 'vitest';
import { ServiceList } from '../../src/cli/browse-table.js';
import { LiveTable } from '../../src/cli/live-table.js';
import { Screen } from '../../src/cli/terminal/screen.js';
import { painted } from '../../src/cli/terminal/style.js';
import { widthOf } from '../../src/cli/terminal/width.js';
import type { ServiceInstance } from '../../src/protocol/dns-sd/instance.js';
import { TerminalImage } from '../support/terminal.js';

const instance = (name: string, over: Partial<ServiceInstance> = {}): ServiceInstance => ({
  name,
  type: '_http._tcp',
  domain: 'local',
  fullName: `${name}._http._tcp.local`,
  host: 'till.local',
  port: 80,
  txt: { path: '/' },
  txtStrings: [],
  url: undefined,
  hostPort: undefined,
  from: '192.0.2.1',
  ttlSeconds: 120,
  addresses: [{ address: '192.0.2.1', family: 'ipv4', interface: 'eth0' }],
  ...over,
});

function setUp(columns = 100, rows = 12) {
  const image = new TerminalImage(columns, rows);
  const due: (() => void)[] = [];
  const terminal = { columns, rows, write: (text: string) => image.write(text), on() {}, off() {} };
  const screen = new Screen(terminal, (run) => {
    due.push(run);
    return () => {};
  });
  const list = new ServiceList('service of type _http._tcp');
  const table = new LiveTable(list, screen, painted, () => 'on eth0 (IPv4)');
  const draw = () => {
    table.refresh();
    for (const run of due.splice(0)) run();
  };
  table.show();
  draw();
  return { image, list, table, draw };
}

describe('the table of browse', () => {
  it('says what is asked, where, and how to stop, before anything is found', () => {
    expect(setUp().image.texts).toEqual([
      'Browsing for every service of type _http._tcp on eth0 (IPv4). Ctrl-C stops.',
      'No service of type _http._tcp has answered yet; "mdns-actors doctor" checks the network.',
    ]);
  });

  it('has the services that are up in the order of their names, their number, and what happened last', () => {
    const { image, list, draw } = setUp();
    list.take({ event: 'up', instance: instance('Zebra') });
    list.take({ event: 'up', instance: instance('apple', { type: '_ipp._tcp', port: 631 }) });
    draw();
    expect(image.texts.slice(1)).toEqual([
      'NAME   TYPE        HOST AND PORT   ADDRESSES  TXT',
      'apple  _ipp._tcp   till.local:631  192.0.2.1  path=/',
      'Zebra  _http._tcp  till.local:80   192.0.2.1  path=/',
      '2 services of 2 types; apple is new',
    ]);
    list.take({ event: 'changed', instance: instance('Zebra'), previous: instance('Zebra'), changes: ['txt'] });
    draw();
    expect(image.texts.at(-1)).toBe('2 services of 2 types; Zebra has changed (txt)');
    list.take({ event: 'down', instance: instance('Zebra'), reason: 'goodbye' });
    draw();
    expect(image.texts.slice(2)).toEqual([
      'apple  _ipp._tcp  till.local:631  192.0.2.1  path=/',
      '1 service; Zebra is gone: it said goodbye',
    ]);
  });

  it('has a URL to click for a type that has one', () => {
    const { image, list, draw } = setUp();
    list.take({ event: 'up', instance: instance('Web') });
    list.take({ event: 'up', instance: instance('Other', { type: '_other._tcp' }) });
    draw();
    const urls = image.lines.map((line) => new Set(line.map(({ url }) => url)));
    expect(urls[2]).toEqual(new Set([undefined]));
    expect(urls[3]).toEqual(new Set(['http://till.local/', undefined]));
  });

  it('shows a part of many services, which keys move, and leaves all of them at the end', () => {
    const { image, list, table, draw } = setUp(60, 10);
    for (let i = 0; i < 50; i++) list.take({ event: 'up', instance: instance(`S${String(i).padStart(2, '0')}`) });
    draw();
    const first = () =>
      image.screen[2]
        ?.map(({ text }) => text)
        .join('')
        .slice(0, 3);
    expect(image.texts).toHaveLength(9);
    expect(image.texts[7]).toBe('1 to 5 of 50: arrows and space move, q stops');
    for (const [key, expected] of [
      ['down', 'S01'],
      ['page-down', 'S05'],
      ['up', 'S04'],
      ['end', 'S45'],
      ['page-down', 'S45'],
      ['start', 'S00'],
      ['page-up', 'S00'],
      ['stop', 'S00'],
    ] as const) {
      table.move(key);
      draw();
      expect(first()).toBe(expected);
    }
    table.end(60);
    expect(image.texts).toHaveLength(52);
    expect(image.texts.at(-1)).toBe('50 services');
  });

  it.each([20, 40, 80, 160])(
    'is not wider than %i columns, and shows nothing that a terminal would obey',
    (columns) => {
      const { image, list, draw } = setUp(columns, 30);
      for (const name of [
        '日本語のプリンター（二階）',
        '👨‍👩‍👧‍👦 Familie 💡',
        'n'.repeat(63),
        'evil\x1b[2J\n\u200b',
        'é',
      ])
        list.take({
          event: 'up',
          instance: instance(name, { host: `${'h'.repeat(60)}.local`, txt: { [name]: name } }),
        });
      draw();
      expect(image.texts).toHaveLength(8);
      for (const line of image.texts) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    },
  );
});
