/**
 * How soon a publisher answers and defends its name, and how it probes for others, while its main thread is blocked for two of every
 * two and a half seconds: it runs in a process of its own, and this process asks it as another host does, a tenth of a second after
 * each block has begun.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../src/protocol/record.js';
import { query, question, srv } from '../support/records.js';
import { DIST } from './loopback.js';
import { GROUP, LoopbackPeer } from './loopback-peer.js';

/** Milliseconds. */
const BLOCKED = 2_000;
const FREE = 500;
/** Milliseconds after which a host does not wait any longer. */
export const PATIENCE = 1_130;
const NAME = 'Busy._http._tcp.local';
/** What is published anew before each block. */
const NEW = 'New ';

export interface Delays {
  /** Milliseconds from each question to its answer. */
  readonly answers: number[];
  /** Milliseconds from each probe of a rival to the defence of the name. */
  readonly defences: number[];
  /** Milliseconds between two probes for one name. */
  readonly probes: number[];
}

/** @param blocked milliseconds of each block; 0 for a main thread that is idle */
export async function delaysOf(worker: boolean, rounds: number, blocked = BLOCKED): Promise<Delays> {
  const port = 49_600 + (worker ? 1 : 0) + (blocked === 0 ? 2 : 0);
  const publisher = spawn(process.execPath, ['--input-type=module', '--eval', program(port, worker, blocked)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const asker = await Asker.open(port);
  const delays: Delays = { answers: [], defences: [], probes: asker.gaps };
  try {
    let round = 0;
    for await (const _ of createInterface({ input: publisher.stdout })) {
      await sleep(100);
      if (round % 2 === 0) delays.answers.push(await asker.ask(query({ questions: [question(NAME, 'SRV')] })));
      else delays.defences.push(await asker.ask(probe()));
      round++;
      if (round === 2 * rounds) break;
    }
  } finally {
    publisher.kill('SIGKILL');
    await asker.close();
  }
  return delays;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A rival that probes for the name (RFC 6762 section 8.1). */
function probe(): Uint8Array {
  return query({ questions: [question(NAME, 'ANY')], authorities: [srv(NAME, 'rival.local', 81)] });
}

function program(port: number, worker: boolean, blocked: number): string {
  return `
    import { createMdns } from '${new URL('index.js', DIST)}';
    const options = { interfaces: 'loopback', ipv4: '${GROUP}:${port}', ipv6: false };
    const mdns = createMdns(${worker} ? { ...options, worker: true } : options);
    await mdns.publish({ name: 'Busy', type: 'http', port: 80 }).announced;
    let fresh;
    setInterval(() => {
      console.log('blocked');
      void fresh?.withdraw();
      fresh = mdns.publish({ name: '${NEW}' + Date.now(), type: 'http', port: 81 });
      // What is written leaves before the block.
      setTimeout(() => { for (const end = Date.now() + ${blocked}; Date.now() < end; ); }, 20);
    }, ${BLOCKED + FREE});`;
}

/** Asks, and notes how long the answer takes. */
class Asker {
  /** Milliseconds between the probes that it heard. */
  readonly gaps: number[] = [];
  readonly #probed = new Map<string, number>();
  #peer: LoopbackPeer | undefined;
  #answered: () => void = () => {};

  static async open(port: number): Promise<Asker> {
    const asker = new Asker();
    asker.#peer = await LoopbackPeer.open(port, (message) => asker.#hear(message));
    return asker;
  }

  /** Milliseconds until the publisher says what it has. */
  ask(message: Uint8Array): Promise<number> {
    return new Promise((resolve) => {
      const asked = performance.now();
      this.#answered = () => {
        this.#answered = () => {};
        resolve(performance.now() - asked);
      };
      this.#peer?.say(message);
    });
  }

  async close(): Promise<void> {
    await this.#peer?.close();
  }

  #hear({ response, answers, authorities }: Message): void {
    for (const { name, type } of authorities) if (type === 'SRV' && name.startsWith(NEW)) this.#noteProbe(name);
    if (response && answers.some((answer) => answer.type === 'SRV' && answer.port === 80)) this.#answered();
  }

  #noteProbe(name: string): void {
    const now = performance.now();
    const before = this.#probed.get(name);
    if (before !== undefined) this.gaps.push(now - before);
    this.#probed.set(name, now);
  }
}
