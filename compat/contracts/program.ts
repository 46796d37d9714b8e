/** Programs that use a package, the original or the replacement, on a host of an interop world. */
import { execFileSync } from 'node:child_process';
import type { Program } from '../../test/interop/program.js';
import { type Host, LAN } from '../../test/interop/world.js';

/** A route for the group: some of the originals cannot send without one, where a usual host has a default route. */
export function routeMulticast({ namespace }: Host): void {
  execFileSync('ip', ['-n', namespace, 'route', 'add', 'default', 'dev', LAN]);
}

/** Starts a program that has the package as `original`, and `say`, which writes a value as a line of JSON. */
export function startUser(host: Host, file: string, code: string): Program {
  const prologue = `
    const original = require(${JSON.stringify(file)});
    const say = (...values) => process.stdout.write(JSON.stringify(values) + '\\n');`;
  return host.start([process.execPath, '--eval', `${prologue}\n${code}`], `program with ${file}`);
}

/** The values that it has said first with this word. */
export function said(program: Program, word: string): Promise<unknown[]> {
  return program.until(JSON.stringify(word), () => allSaid(program, word)[0]);
}

/** All that it has said with this word so far. */
export function allSaid(program: Program, word: string): unknown[][] {
  const lines = program.lines.filter((line) => line.startsWith(`["${word}"`));
  return lines.map((line) => (JSON.parse(line) as unknown[]).slice(1));
}
