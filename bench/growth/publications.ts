/**
 * So many services, published and withdrawn: SIZE cpu|turns. Writes what they take as JSON. On virtual time. Timing each turn takes as
 * long as a third of the work, so that the two are measured by runs of their own.
 */
import { createMdns } from '../../dist/index.js';
import { QuietNetwork } from '../hostile/quiet-network.js';

export interface Publications {
  /** ms of CPU until all are announced, and until all are withdrawn. */
  readonly announcing: number;
  readonly stopping: number;
  /** ms of virtual time until the last is announced. */
  readonly after: number;
  /** ms; Infinity if turns are not timed. */
  readonly longestTurn: number;
}

const [size = '', measured = ''] = process.argv.slice(2);
const count = Number(size);
const network = new QuietNetwork();
const mdns = createMdns({ network, ipv6: false });
const warm = mdns.publish({ name: 'Warm', type: 'own', port: 1 });
await all([warm.announced]);
if (measured === 'turns') network.longestTurn = 0;
const at = network.time.now();
let began = process.cpuUsage();
const services = Array.from({ length: count }, (_, i) =>
  mdns.publish({ name: `Own ${i}`, type: 'own', port: 1 + (i % 60_000) }),
);
await all(services.map(({ announced }) => announced));
const announcing = since(began);
const after = network.time.now() - at;
network.time.advance(3_000);
began = process.cpuUsage();
await all(services.map((service) => service.withdraw()));
const { longestTurn } = network;
const result: Publications = { announcing, stopping: since(began), after, longestTurn };
process.stdout.write(JSON.stringify(result), () => process.exit());

/** Lets time pass until all are settled. */
async function all(promises: readonly Promise<unknown>[]): Promise<void> {
  let isOver = false;
  void Promise.all(promises).then(() => {
    isOver = true;
  });
  for (let ms = 0; !isOver; ms += 10) {
    if (ms > 60_000) throw new Error('it does not end');
    network.time.advance(10);
    // Promises have their turn.
    await new Promise(setImmediate);
  }
}

function since(then: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(then);
  return (user + system) / 1_000;
}
