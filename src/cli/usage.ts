/** The help texts, and the message for an invalid command line. */
import { type CommandName, commands, type OptionName, options, takes } from './commands.js';
import type { UsageError } from './usage-error.js';

const commandNames = Object.keys(commands) as CommandName[];
const optionNames = Object.keys(options) as OptionName[];

/** All commands, or one with its options. */
export function helpText(command: CommandName | undefined): string {
  return command === undefined ? overview() : helpFor(command);
}

/** The message; if the form of the command line was wrong, and not only a value, with the usage and an example. */
export function usageText({ message, command, isForm }: UsageError): string {
  if (command === undefined) return isForm ? `${message}\n\n${overview()}` : message;
  if (!isForm) return message;
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
    'mdns-actors help <command> shows more, mdns-actors --version the version.',
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
  const hasOptions = commands[command].options.some((name) => name !== 'help');
  return commands[command].synopsis.map((form) => `mdns-actors ${form}${hasOptions ? ' [options]' : ''}`);
}

function optionLines(command: CommandName): string[] {
  const taken = optionNames.filter((name) => takes(command, name));
  const width = Math.max(...taken.map((name) => formOf(name).length));
  return taken.map((name) => `  ${formOf(name).padEnd(width)}  ${options[name].about}`);
}

/** `--help, -h`. */
function formOf(name: OptionName): string {
  const option = options[name];
  return 'short' in option ? `${option.form}, -${option.short}` : option.form;
}

const exitCodes = 'Ends with code 1 and a message on standard error if no answer comes in time.';
const interrupt = 'Ctrl-C (SIGINT) or SIGTERM ends it in an orderly way, with code 0.';

/** What else help and the manual page say of a command. */
export const notes: Readonly<Record<CommandName, readonly string[]>> = {
  publish: [
    '',
    'Attributes that begin with a dash come after "--": publish Shop http 80 -- -x=1',
    'With --exec it ends with the command, and with its exit code. There is no shell between them:',
    '  mdns-actors publish "My Site" http 3000 --exec node server.js',
    interrupt,
  ],
  browse: [
    '',
    'On a terminal it shows a table that is kept up to date; otherwise, or with --json, a line for each event.',
    interrupt,
  ],
  discover: ['', exitCodes],
  resolve: ['', exitCodes],
  lookup: ['', exitCodes],
  'watch-host': ['', interrupt],
  reverse: ['', `Few devices answer such questions. ${exitCodes}`],
  query: ['', exitCodes],
  domains: [
    '',
    'Asks the DNS servers of the system, or that of --server for a domain. Ends with code 1 if none is found.',
  ],
  reconfirm: ['', 'Ends with code 1 if the service does not answer.'],
  interfaces: [],
  doctor: ['', 'Sends a question on each link and listens for --timeout. Ends with code 1 if something is wrong.'],
  inspect: [
    '',
    'Without --publish and --browse it browses for all types. Only this computer can open the page, with the whole address.',
    interrupt,
  ],
  demo: [],
  completion: [
    '',
    'zsh:  mdns-actors completion zsh > ~/.zfunc/_mdns-actors   (with ~/.zfunc in fpath)',
    'fish: mdns-actors completion fish > ~/.config/fish/completions/mdns-actors.fish',
  ],
  help: [],
};
