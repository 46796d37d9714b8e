/** A victim, an attacker with many addresses, an honest host and one that asks, each in a network namespace of its own. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../../test/interop/program.js';
import { ip, LAN, World } from '../../test/interop/world.js';
import { command } from './process.js';

export class Scene {
  readonly world: World;
  readonly #sources: readonly string[];
  #victim: Program | undefined;

  constructor(sources: number, ipv6 = false) {
    this.world = new World({ hosts: ['victim', 'attacker', 'honest', 'asker'], ipv6 });
    const { namespace, ipv4 = '' } = this.world.host('attacker');
    const further = Array.from({ length: sources - 1 }, (_, i) => `198.18.0.${20 + i}`);
    for (const address of further) ip(`-n ${namespace} addr add ${address}/24 dev ${LAN}`);
    this.#sources = [ipv4, ...further];
  }

  /** Starts the process under test; resolves when its services are announced. */
  async victim(nodeOptions: readonly string[] = []): Promise<{ readonly program: Program; readonly pid: number }> {
    const program = this.world.host('victim').start(command('victim.mjs', [], nodeOptions), 'victim');
    this.#victim = program;
    const pid = await program.until('its process id', () => numberIn(program, /^ready (\d+)$/), 30_000);
    return { program, pid };
  }

  /** An instance with a TXT record of 8.6 kB. */
  async publishLarge(): Promise<void> {
    const program = this.world.host('honest').start(command('large.ts', []), 'large');
    await program.until('announced', () => program.lines.find((line) => line === 'announced'), 30_000);
  }

  flood(size: 'small' | 'large', kind: string, perSecond: number, seconds: number): Program {
    const args = [size, kind, perSecond, seconds, ...this.#sources];
    return this.world.host('attacker').start(command('flooder.ts', args), kind);
  }

  /** Milliseconds until each answer of our own services; Infinity where none came. */
  async ask(perSecond: number, seconds: number): Promise<readonly number[]> {
    const { ipv4 = '', namespace } = this.world.host('asker');
    // It hears what the group is told by the victim, and is spared the flood: it is the victim that is measured.
    const rules = `table ip t { chain c { type filter hook input priority 0;
      ip daddr 224.0.0.251 ip saddr != ${this.world.host('victim').ipv4} drop; }; }`;
    execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input: rules });
    const program = this.world.host('asker').start(command('asker.ts', [ipv4, perSecond, seconds]), 'asker');
    await program.ended(seconds * 1_000 + 30_000);
    const delays: (number | null)[] = JSON.parse(program.lines[0] ?? '[]');
    return delays.map((delay) => delay ?? Infinity);
  }

  /** Milliseconds until the victim has resolved the large instance, NaN when it has not. */
  async resolveAfter(ms: number): Promise<number> {
    await sleep(ms);
    const program = this.#victim;
    program?.signal('SIGUSR2');
    const resolved = program?.until('the large instance', () => numberIn(program, /^resolved (\d+)$/), 15_000);
    return (await resolved?.catch(() => undefined)) ?? Number.NaN;
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

function numberIn(program: Program, pattern: RegExp): number | undefined {
  for (const line of program.lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

/** The least value that a share `q` of them does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
