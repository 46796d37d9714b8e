/** The commands and their options. */

export const options = {
  file: { type: 'string', form: '--file FILE', about: 'a JSON array of {name, type, port, txt?, host?, subtypes?}' },
  host: {
    type: 'string',
    form: '--host NAME',
    about: 'the name of this host; default: the system\'s followed by "-node"',
  },
  subtype: {
    type: 'string',
    form: '--subtype LABEL',
    about: 'only this subtype; for publish: a subtype to add, may be repeated',
  },
  'no-rename': {
    type: 'boolean',
    form: '--no-rename',
    about: 'end with code 1 if the name is taken, instead of renaming',
  },
  timeout: { type: 'string', form: '--timeout MS', about: 'how long to wait for answers; default: 3000' },
  json: { type: 'boolean', form: '--json', about: 'one JSON object per line' },
  interface: {
    type: 'string',
    form: '--interface NAME',
    about: 'only this interface, by name or address; may be repeated',
  },
  loopback: { type: 'boolean', form: '--loopback', about: 'only the loopback interface; with --interface: that, too' },
  'no-ipv4': { type: 'boolean', form: '--no-ipv4', about: 'IPv6 only' },
  'no-ipv6': { type: 'boolean', form: '--no-ipv6', about: 'IPv4 only' },
  group4: { type: 'string', form: '--group4 A:PORT', about: 'IPv4 group and port; default: 224.0.0.251:5353' },
  group6: { type: 'string', form: '--group6 [A]:PORT', about: 'IPv6 group and port; default: [ff02::fb]:5353' },
  verbose: { type: 'boolean', form: '--verbose', about: 'log to standard error' },
  help: { type: 'boolean', form: '--help', about: 'show what a command does, and its options' },
  version: { type: 'boolean', form: '--version', about: 'show the version of this program' },
} as const;

export type OptionName = keyof typeof options;

const common = ['json', 'interface', 'loopback', 'no-ipv4', 'no-ipv6', 'group4', 'group6', 'verbose', 'help'] as const;

interface Command {
  readonly synopsis: readonly string[];
  readonly about: string;
  /** A valid call, shown after an invalid one. */
  readonly example: string;
  readonly options: readonly OptionName[];
}

export const commands = {
  publish: {
    synopsis: ['publish <name> <type> <port> [key=value | key ...]', 'publish --file services.json'],
    about: 'Publishes services until it is stopped, then says goodbye for them.',
    example: 'mdns-actors publish "Living Room" _http._tcp 8080 path=/index.html',
    options: ['file', 'host', 'subtype', 'no-rename', ...common],
  },
  browse: {
    synopsis: ['browse [<type>]'],
    about: 'Reports the services of a type as they come, change and go; without a type, the service types.',
    example: 'mdns-actors browse _http._tcp',
    options: ['subtype', ...common],
  },
  discover: {
    synopsis: ['discover <type>'],
    about: 'Lists once the services of a type that answer in time.',
    example: 'mdns-actors discover _http._tcp --timeout 2000',
    options: ['timeout', 'subtype', ...common],
  },
  resolve: {
    synopsis: ['resolve <name> <type>'],
    about: 'Finds host, port, attributes and addresses of one service.',
    example: 'mdns-actors resolve "Living Room" _http._tcp',
    options: ['timeout', ...common],
  },
  lookup: {
    synopsis: ['lookup <host>'],
    about: 'Finds the addresses of a host.',
    example: 'mdns-actors lookup printer.local',
    options: ['timeout', ...common],
  },
  query: {
    synopsis: ['query <name> <rrtype>'],
    about: 'Queries the records of a name and type: A, AAAA, PTR, SRV, TXT, ANY, TYPE65 ...',
    example: 'mdns-actors query _http._tcp.local PTR',
    options: ['timeout', ...common],
  },
  interfaces: {
    synopsis: ['interfaces'],
    about: 'Shows which network interfaces are used, which are not, and why.',
    example: 'mdns-actors interfaces --json',
    options: [...common],
  },
  demo: {
    synopsis: ['demo'],
    about: 'Shows two hosts that find each other on the loopback interface; takes a few seconds.',
    example: 'mdns-actors demo',
    options: ['verbose', 'help'],
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

export function isCommand(text: string): text is CommandName {
  return Object.hasOwn(commands, text);
}

export function isOption(text: string): text is OptionName {
  return Object.hasOwn(options, text);
}

export function takes(command: CommandName, option: OptionName): boolean {
  return (commands[command].options as readonly OptionName[]).includes(option);
}
