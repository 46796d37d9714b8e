/** The help texts, and the message for an invalid command line. */
import { type CommandName, commands, type OptionName, options, takes } from './commands.js';

const commandNames = Object.keys(commands) as CommandName[];
const optionNames = Object.keys(options) as OptionName[];

/** All commands, or one with its options. */
export function helpText(command: CommandName | undefined): string {
  return command === undefined ? overview() : helpFor(command);
}

/** The message, with the usage and an example. */
export function usageText(message: string, command: CommandName | undefined): string {
  if (command === undefined) return `${message}\n\n${overview()}`;
  return `${message}\nUsage:   ${synopsis(command).join('\n         ')}\nExample: ${commands[command].example}`;
}

function overview(): string {
  const width = Math.max(...commandNames.map((name) => name.length));
  const lines = commandNames.map((name) => `  ${name.padEnd(width)}  ${commands[name].about}`);
  return [
    'Usage: mdns-actors <command> [options]',
    '',
    ...lines,
    '',
    'mdns-actors <command> --help shows more, mdns-actors --version the version.',
    `Example: ${commands.browse.example}`,
  ].join('\n');
}

function helpFor(command: CommandName): string {
  const { about, example } = commands[command];
  return [
    `Usage: ${synopsis(command).join('\n       ')}`,
    '',
    about,
    '',
    ...optionLines(command),
    ...notes[command],
    '',
    `Example: ${example}`,
  ].join('\n');
}

function synopsis(command: CommandName): readonly string[] {
  return commands[command].synopsis.map((form) => `mdns-actors ${form} [options]`);
}

function optionLines(command: CommandName): string[] {
  const taken = optionNames.filter((name) => takes(command, name));
  const width = Math.max(...taken.map((name) => options[name].form.length));
  return taken.map((name) => `  ${options[name].form.padEnd(width)}  ${options[name].about}`);
}

const exitCodes = 'Ends with code 1 and a message on standard error if no answer comes in time.';
const interrupt = 'Ctrl-C (SIGINT) or SIGTERM ends it in an orderly way, with code 0.';

const notes: Readonly<Record<CommandName, readonly string[]>> = {
  publish: ['', 'Attributes that begin with a dash come after "--": publish Shop http 80 -- -x=1', interrupt],
  browse: ['', interrupt],
  discover: ['', exitCodes],
  resolve: ['', exitCodes],
  lookup: ['', exitCodes],
  query: ['', exitCodes],
  interfaces: [],
  demo: [],
};
