/** The scripts for shells and the manual page, and what each shell that is there makes of them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { manPage } from '../../scripts/man-page.js';
import { shells } from '../../src/cli/arguments.js';
import { commands, options } from '../../src/cli/commands.js';
import { completion } from '../../src/cli/completion.js';

const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.each(shells)('the completion for %s', (shell) => {
  it('has every command and every option', () => {
    const script = completion(shell);
    for (const name of Object.keys(commands)) expect(script).toContain(name);
    for (const name of Object.keys(options)) expect(script).toContain(shell === 'fish' ? `-l ${name}` : `--${name}`);
  });

  it.runIf(isThere(shell))('is a script that the shell understands', () => {
    const path = join(folder, shell);
    writeFileSync(path, completion(shell));
    execFileSync(shell, ['-n', path]);
  });
});

describe.runIf(isThere('bash'))('bash completes', () => {
  it.each([
    [['br'], 'browse'],
    [['browse', '_ip'], '_ipp._tcp _ipps._tcp'],
    [['discover', '--ti'], '--timeout'],
    [['help', 're'], 'resolve reverse reconfirm'],
    [['completion', ''], 'bash zsh fish --help'],
    [['publish', '--no'], '--no-rename --no-color --no-ipv4 --no-ipv6'],
  ])('%j', (words, expected) => {
    const all = ['mdns-actors', ...words].map((word) => `'${word}'`).join(' ');
    const script = `${completion('bash')}\nCOMP_WORDS=(${all}); COMP_CWORD=${words.length}; _mdns_actors; echo "\${COMPREPLY[*]}"`;
    expect(execFileSync('bash', { input: script, encoding: 'utf8' }).trim()).toBe(expected);
  });
});

describe('the manual page', () => {
  const page = manPage('1.2.3');

  it('has every command, every option, and every example', () => {
    const text = page.replaceAll('\\-', '-').replaceAll('\\e', '\\');
    for (const [name, { example, about }] of Object.entries(commands)) {
      expect(text).toMatch(new RegExp(`^\\.B ${name}\\b`, 'm'));
      expect(text).toContain(example);
      expect(text).toContain(about);
    }
    for (const { form, about } of Object.values(options)) {
      expect(text).toContain(`.B ${form}`);
      expect(text).toContain(about);
    }
  });

  it.runIf(process.platform === 'linux' && isThere('man'))('is one that man shows without a complaint', () => {
    const shown = execFileSync('man', ['--warnings', '-l', '-'], { input: page, encoding: 'utf8', stdio: 'pipe' });
    expect(shown).toContain('browse --all');
  });
});
