import { describe, expect, it } from 'vitest';
import { type CommandName, commands, options, takes } from '../../src/cli/commands.js';
import { helpText, usageText } from '../../src/cli/usage.js';
import { UsageError } from '../../src/cli/usage-error.js';

const names = Object.keys(commands) as CommandName[];

describe('help', () => {
  it('without a command names all of them', () => {
    for (const name of names) expect(helpText(undefined)).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(names)('for %s tells its options, no others, and an example', (name) => {
    const help = helpText(name);
    for (const [option, { form }] of Object.entries(options)) {
      const isThere = help.split('\n').some((line) => line.startsWith(`  ${form} `) || line.startsWith(`  ${form}, -`));
      expect(isThere).toBe(takes(name, option as keyof typeof options));
    }
    expect(help).toContain(commands[name].example);
  });

  it('fits into 120 columns', () => {
    for (const text of [helpText(undefined), ...names.map(helpText)]) {
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    }
  });
});

describe('a command line that is not valid', () => {
  const isForm = true;

  it.each(names)('for %s gets what was wrong, its usage and an example', (name) => {
    const text = usageText(new UsageError('This was wrong.', name, { isForm }));
    expect(text).toMatch(/^This was wrong\.\n/);
    expect(text).toContain(`Usage:   mdns-actors ${name}`);
    expect(text).toContain(`Example: ${commands[name].example}`);
  });

  it('without a command gets all commands', () => {
    expect(usageText(new UsageError('Which?', undefined, { isForm }))).toBe(`Which?\n\n${helpText(undefined)}`);
  });

  it('gets only the sentence if a value is wrong', () => {
    expect(usageText(new UsageError('This value.', 'browse'))).toBe('This value.');
    expect(usageText(new UsageError('This command.'))).toBe('This command.');
  });
});
