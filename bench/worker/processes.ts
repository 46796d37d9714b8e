/** What several processes of one program cost that have a system each, and with one system in one of them. On the loopback interface. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LoopbackPeer } from '../../test/threads/loopback-peer.js';
import { cpuOf, memoryOf } from '../hostile/process.js';

const PORT = 49_630;
/** Milliseconds: the names are settled, and the questions have become seldom. */
const OBSERVED = 20_000;

export async function* processes(count: number): AsyncIterable<string> {
  yield '| | packets in the first 20 s | memory, MiB | CPU, s | names |';
  yield '| --- | --- | --- | --- | --- |';
  yield await row(`${count} processes, a system in each`, PORT, Array(count).fill('system'), (i) => 80 + i);
  yield await row(`the same, all with one port`, PORT + 3, Array(count).fill('system'));
  yield await row(`${count} processes, a system in one`, PORT + 1, ['system', ...Array(count - 1).fill('idle')]);
  yield await row(`${count} processes, none`, PORT + 2, Array(count).fill('idle'));
}

async function row(title: string, port: number, roles: readonly string[], web = (_i: number) => 80): Promise<string> {
  let packets = 0;
  const peer = await LoopbackPeer.open(port, () => packets++);
  const program = fileURLToPath(new URL('member.mjs', import.meta.url));
  const names: string[] = [];
  const children = roles.map((role, i) => {
    const child = spawn(process.execPath, [program, String(port), role, String(web(i))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      names[i] = (JSON.parse(line) as { readonly name: string }).name;
    });
    return child;
  });
  await sleep(OBSERVED);
  const sum = (of: (pid: number) => number) => children.reduce((all, { pid = 0 }: ChildProcess) => all + of(pid), 0);
  const cells = [
    packets,
    sum((pid) => memoryOf(pid).now).toFixed(0),
    (sum(cpuOf) / 1_000).toFixed(1),
    names.filter(Boolean).sort().join(', '),
  ];
  for (const child of children) child.kill('SIGKILL');
  await peer.close();
  return `| ${[title, ...cells].join(' | ')} |`;
}
