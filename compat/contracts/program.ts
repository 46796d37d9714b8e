/** Programs that use a package, the original or the replacement, on a host of an interop world. */
import type { Program } from '../../test/interop/program.js';
import type { Host } from '../../test/interop/world.js';

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
function allSaid(program: Program, word: string): unknown[][] {
  const lines = program.lines.filter((line) => line.startsWith(`["${word}"`));
  return lines.map((line) => (JSON.parse(line) as unknown[]).slice(1));
}
