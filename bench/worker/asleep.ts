/** Memory while the main thread sleeps and a thousand changes arrive each second, which the worker hears. On the loopback interface. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { address, ptr, response, srv, txt } from '../../test/support/records.js';
import { LoopbackPeer } from '../../test/threads/loopback-peer.js';
import type { Line } from '../hostile/line.js';
import { memoryOf } from '../hostile/process.js';

const SERVICES = 100;
const PER_SECOND = 1_000;
const PORT = 49_620;
const TYPE = '_http._tcp.local';
/** Seconds after which the heap has the size that it needs. */
const WARM = 15;

const names = Array.from({ length: SERVICES }, (_, i) => `S${i}`);

export async function* asleep(seconds: number): AsyncIterable<Line> {
  const peer = await LoopbackPeer.open(PORT);
  const program = fileURLToPath(new URL('sleeper.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, String(PORT), String(SERVICES), String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const greeting = setInterval(() => greet(peer), 1_000);
  await lines.next();
  clearInterval(greeting);
  let changes = 0;
  let port = 1;
  const { pid = 0 } = child;
  const memory: number[] = [];
  for (const began = performance.now(); performance.now() < began + 1_000 * seconds; await sleep(10)) {
    for (; changes < ((performance.now() - began) * PER_SECOND) / 1_000; changes += 10) {
      if (changes % SERVICES === 0) port++;
      peer.say(
        response({
          answers: names.slice(changes % SERVICES, (changes % SERVICES) + 10).map((name) => service(name, port)),
        }),
      );
    }
    if (memory.length < (performance.now() - began) / 1_000) memory.push(memoryOf(pid).now);
  }
  const said = JSON.parse((await lines.next()).value ?? '{}') as { events: number; ports: Record<string, number> };
  await peer.close();
  const note = `${memory[WARM]?.toFixed(0)} and ${memory.at(-1)?.toFixed(0)} MiB, ${changes} changes, ${said.events} events`;
  const what = `${seconds} s asleep, ${PER_SECOND} changes/s`;
  const grown = (memory.at(-1) ?? Number.NaN) - (memory[WARM] ?? Number.NaN);
  yield { item: '', what: `${what}: memory, more than after ${WARM} s`, value: grown, unit: 'MiB', bound: 3, note };
  const known = names.filter((name) => (said.ports[name] ?? 0) >= port - 1).length;
  yield {
    item: '',
    what: `${what}: services known as they are`,
    value: known,
    unit: '',
    bound: SERVICES,
    atLeast: true,
  };
}

const service = (name: string, port: number) => srv(`${name}.${TYPE}`, 'peer.local', port);

/** Says all that there is, until the browse has heard it. */
function greet(peer: LoopbackPeer): void {
  for (let i = 0; i < SERVICES; i += 10) {
    const some = names.slice(i, i + 10);
    const answers = some.flatMap((name) => [ptr(TYPE, `${name}.${TYPE}`), service(name, 1), txt(`${name}.${TYPE}`)]);
    peer.say(response({ answers: [...answers, address('peer.local', '127.0.0.1')] }));
  }
}
