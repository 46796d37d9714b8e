/** Runs once before the suite: removes what killed runs left, and says what the machine lacks. */
import type { TestProject } from 'vitest/node';
import { missing } from './prerequisites.js';
import { sweep } from './world.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why the suite cannot run here; empty if it can. */
    missing: readonly string[];
  }
}

export default function setup(project: TestProject): void {
  const problems = missing();
  if (problems.length > 0) {
    const message = `The interop suite cannot run here.\n${problems.map((problem) => `  * ${problem}`).join('\n')}\n`;
    if (process.env.CI === 'true') throw new Error(message);
    process.stderr.write(`${message}Its tests are skipped.\n`);
  } else {
    sweep();
  }
  project.provide('missing', problems);
}
