/**
 * The picture of `browse --all` in the docs, from what a real terminal shows: `npm run docs:terminal`. It browses on the
 * loopback interface for services that this script publishes there.
 *
 * Options: `--columns`, `--rows`, `--out`, and `--services` for that many more.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createMdns, type ServiceOptions } from '../src/index.js';
import { onTerminal } from './terminal/pty.js';
import { svgOf } from './terminal/svg.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const GROUP = '224.0.0.254:53535';

type Shown = readonly [
  name: string,
  type: string,
  host: string,
  port: number,
  address: string,
  txt: ServiceOptions['txt'],
];
const services: readonly Shown[] = [
  ['Office Printer', 'ipp', 'printer', 631, '198.18.0.7', { rp: 'ipp/print', ty: 'Laser 2000' }],
  ['Living Room', 'airplay', 'speaker', 7000, '198.18.0.21', { model: 'Speaker 3' }],
  ['NAS', 'smb', 'nas', 445, '198.18.0.4', {}],
  ['NAS', 'http', 'nas', 8080, '198.18.0.4', { path: '/admin' }],
  ['家族の写真', 'http', 'nas', 8081, '198.18.0.4', { path: '/写真' }],
  ['Küche 💡', 'hap', 'lamp', 80, '198.18.0.33', { md: 'Lamp', ci: 5 }],
  ['build-server', 'ssh', 'build', 22, '198.18.0.12', {}],
  ['My Web', 'http', 'laptop', 3000, '198.18.0.5', { path: '/' }],
];

function furtherServices(count: number): Shown[] {
  const names = [
    'Sensor',
    'Lampe',
    '会議室のプリンター',
    'Camera 📷',
    'a rather long name of a device that nobody has shortened',
  ];
  const types = ['http', 'ipp', 'ssh', 'mqtt', 'smb', 'rfb', 'hap'];
  return Array.from({ length: count }, (_, i) => [
    `${names[i % names.length]} ${i}`,
    types[i % types.length] ?? 'http',
    `device-${i}`,
    1_000 + i,
    `198.18.${1 + (i >> 8)}.${i & 0xff}`,
    { path: `/${i}`, note: 'on the second floor, to the left of the stairs' },
  ]);
}

const { values } = parseArgs({
  options: {
    columns: { type: 'string', default: '110' },
    rows: { type: 'string', default: '14' },
    services: { type: 'string', default: '0' },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/images/browse.svg', import.meta.url)) },
  },
});
const [columns, rows] = [Number(values.columns), Number(values.rows)];
const all = [...services, ...furtherServices(Number(values.services))];
const publisher = createMdns({ interfaces: 'loopback', ipv6: false, ipv4: GROUP });
const published = all.map(([name, type, host, port, address, txt]) =>
  publisher.publish({ name, type, host, port, addresses: [address], txt: txt ?? {} }),
);
await Promise.all(published.map(({ announced }) => announced));
const words = [
  process.execPath,
  `${root}dist/cli/main.js`,
  'browse',
  '--all',
  '--loopback',
  '--no-ipv6',
  '--group4',
  GROUP,
];
const program = onTerminal(words, columns, rows);
await program.until(({ texts }) => texts.some((text) => text.startsWith(`${all.length} services`)));
const screen = program.image.screen.filter((line) => line.length > 0);
writeFileSync(values.out, svgOf(screen, columns, `mdns-actors browse --all shows ${all.length} services`));
program.press('q');
await program.ended;
console.log(program.image.texts.slice(-3).join('\n'));
await publisher.close();
