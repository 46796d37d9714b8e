/** The manual page of the command line, made from the tables of commands and options. */
import { commands, type OptionName, options, takes } from '../src/cli/commands.js';
import { notes } from '../src/cli/usage.js';

/** @returns the page in the language of man(7) */
export function manPage(version: string): string {
  return [
    `.TH MDNS-ACTORS 1 "" "mdns-actors ${escaped(version)}" "User Commands"`,
    '.SH NAME',
    'mdns-actors \\- publish and find services by Multicast DNS and DNS\\-SD',
    '.SH SYNOPSIS',
    '.B mdns\\-actors',
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    'Publishes services on the local network and finds those of others, by Multicast DNS (RFC 6762) and DNS\\-Based Service',
    'Discovery (RFC 6763), without a daemon. On a terminal it shows tables that are kept up to date; otherwise, or with',
    '\\-\\-json, it writes a line for each event.',
    '.SH COMMANDS',
    ...Object.entries(commands).flatMap(([name, command]) => commandLines(name as keyof typeof commands, command)),
    '.SH OPTIONS',
    ...Object.entries(options).flatMap(([name, option]) => optionLines(name as OptionName, option)),
    '.SH EXIT STATUS',
    ...item('0', 'Success, or stopped by SIGINT or SIGTERM.'),
    ...item('1', 'Nothing was found, or something is wrong; a sentence on standard error says what.'),
    ...item('2', 'The command line is invalid.'),
    'With \\-\\-exec, the exit status of that command.',
    '.SH ENVIRONMENT',
    ...item('NO_COLOR', 'If it is set, nothing is in colour.'),
    '.SH SEE ALSO',
    '.BR avahi\\-browse (1),',
    '.BR avahi\\-publish (1),',
    '.BR dns\\-sd (1)',
    '',
  ].join('\n');
}

function commandLines(
  name: keyof typeof commands,
  {
    synopsis,
    about,
    example,
  }: { readonly synopsis: readonly string[]; readonly about: string; readonly example: string },
): string[] {
  const [first = '', ...others] = synopsis.map(escaped);
  const taken = (Object.keys(options) as OptionName[]).filter((option) => takes(name, option) && option !== 'help');
  const facts = notes[name].filter((line) => line !== '').flatMap((line) => ['.br', escaped(line)]);
  return [
    '.TP',
    `.B ${first}`,
    ...others.flatMap((form) => ['.TQ', `.B ${form}`]),
    escaped(about),
    ...facts,
    '.br',
    `Example: ${escaped(example)}`,
    ...(taken.length === 0 ? [] : ['.br', `Options: ${escaped(taken.map((option) => `--${option}`).join(', '))}`]),
  ];
}

function optionLines(name: OptionName, { form, about }: { readonly form: string; readonly about: string }): string[] {
  const option = options[name];
  return item('short' in option ? `${form}, -${option.short}` : form, `${about}.`);
}

function item(term: string, text: string): string[] {
  return ['.TP', `.B ${escaped(term)}`, escaped(text)];
}

/** Backslashes and dashes mean something, and so do a dot or an apostrophe at the beginning of a line. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}
