import { describe, expect, it } from 'vitest';
import { type CommandName, commands, options, takes } from '../../src/cli/commands.js';
import { helpText, usageText } from '../../src/cli/usage.js';

const names = Object.keys(commands) as CommandName[];

describe('help', () => {
  it('without a command names all of them', () => {
    for (const name of names) expect(helpText(undefined)).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(names)('for %s tells its options, no others, and an example', (name) => {
    const help = helpText(name);
    for (const [option, { form }] of Object.entries(options)) {
      expect(help.includes(`  ${form} `)).toBe(takes(name, option as keyof typeof options));
    }
    expect(help).toContain(commands[name].example);
  });

  it('fits into 120 columns', () => {
    for (const text of [helpText(undefined), ...names.map(helpText)]) {
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    }
  });
});

describe('a command line that cannot be meant', () => {
  it.each(names)('for %s gets what was wrong, its usage and an example', (name) => {
    const text = usageText('This was wrong.', name);
    expect(text).toMatch(/^This was wrong\.\n/);
    expect(text).toContain(`Usage:   mdns-actors ${name}`);
    expect(text).toContain(`Example: ${commands[name].example}`);
  });

  it('without a command gets all commands', () => {
    expect(usageText('Which?', undefined)).toBe(`Which?\n\n${helpText(undefined)}`);
  });
});
