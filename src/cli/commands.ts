/** The commands and their options: help, completion and the manual page are made from these tables. */

interface Option {
  readonly type: 'string' | 'boolean';
  readonly form: string;
  readonly about: string;
  readonly short?: string;
  /** What the value is, for completion; default: no proposal. */
  readonly value?: 'file' | 'interface';
}

export const options = {
  file: {
    type: 'string',
    form: '--file FILE',
    about: 'a JSON array of {name, type, port, txt?, host?, subtypes?}',
    value: 'file',
  },
  from: {
    type: 'string',
    form: '--from FILE',
    about: 'a package.json: its field "mdns" has what --file has; "name" may be left out',
    value: 'file',
  },
  exec: {
    type: 'string',
    form: '--exec CMD ...',
    about: 'publish while this command runs; everything after it are its arguments',
  },
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
  all: { type: 'boolean', form: '--all', about: 'the services of all types' },
  'no-rename': {
    type: 'boolean',
    form: '--no-rename',
    about: 'end with code 1 if the name is taken, instead of renaming',
  },
  port: { type: 'string', form: '--port PORT', about: 'the port of the page on 127.0.0.1; default: any that is free' },
  open: { type: 'boolean', form: '--open', about: 'open the page in the browser' },
  publish: {
    type: 'string',
    form: '--publish "NAME TYPE PORT"',
    about: 'publish this service meanwhile; may be repeated',
  },
  browse: { type: 'string', form: '--browse TYPE', about: 'browse for this type meanwhile; may be repeated' },
  timeout: { type: 'string', form: '--timeout TIME', about: 'how long to wait: 2s, 500ms, 1m; default: 3s' },
  domain: {
    type: 'string',
    form: '--domain DOMAIN',
    about: 'a domain of unicast DNS instead of the link; for publish it may be repeated, and local is the link',
  },
  'key-file': {
    type: 'string',
    form: '--key-file FILE',
    about: 'the key for changing the domain, as tsig-keygen writes it',
    value: 'file',
  },
  server: {
    type: 'string',
    form: '--server A[:PORT]',
    about: 'the DNS server of the domain, may be repeated; default: those of the system',
  },
  json: { type: 'boolean', form: '--json', about: 'one JSON object per line' },
  'no-color': { type: 'boolean', form: '--no-color', about: 'no colours, as with NO_COLOR in the environment' },
  interface: {
    type: 'string',
    form: '--interface NAME',
    about: 'only this interface, by name or address; may be repeated',
    value: 'interface',
  },
  loopback: { type: 'boolean', form: '--loopback', about: 'only the loopback interface; with --interface: that, too' },
  'no-ipv4': { type: 'boolean', form: '--no-ipv4', about: 'IPv6 only' },
  'no-ipv6': { type: 'boolean', form: '--no-ipv6', about: 'IPv4 only' },
  group4: { type: 'string', form: '--group4 A:PORT', about: 'IPv4 group and port; default: 224.0.0.251:5353' },
  group6: { type: 'string', form: '--group6 [A]:PORT', about: 'IPv6 group and port; default: [ff02::fb]:5353' },
  verbose: { type: 'boolean', form: '--verbose', about: 'log to standard error' },
  help: { type: 'boolean', form: '--help', about: 'show what a command does, and its options', short: 'h' },
  version: { type: 'boolean', form: '--version', about: 'show the version of this program', short: 'V' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof options;

const common = [
  'json',
  'no-color',
  'interface',
  'loopback',
  'no-ipv4',
  'no-ipv6',
  'group4',
  'group6',
  'verbose',
  'help',
] as const;

const inDomain = ['domain', 'server'] as const;

interface Command {
  readonly synopsis: readonly string[];
  readonly about: string;
  /** A valid call, shown after an invalid one. */
  readonly example: string;
  readonly options: readonly OptionName[];
  /** What its operands are, for completion; default: no proposal. */
  readonly operand?: 'type' | 'command' | 'shell';
}

export const commands = {
  publish: {
    synopsis: [
      'publish <name> <type> <port> [key=value | key ...]',
      'publish --file services.json',
      'publish --from package.json',
    ],
    about: 'Publishes services until it is stopped, or its --exec command ends; then says goodbye for them.',
    example: 'mdns-actors publish "Living Room" _http._tcp 8080 path=/index.html',
    options: ['file', 'from', 'exec', 'host', 'subtype', 'no-rename', ...inDomain, 'key-file', ...common],
    operand: 'type',
  },
  browse: {
    synopsis: ['browse [<type>]', 'browse --all'],
    about: 'Reports the services of a type as they come, change and go; without a type, the service types.',
    example: 'mdns-actors browse _http._tcp',
    options: ['all', 'subtype', ...inDomain, ...common],
    operand: 'type',
  },
  discover: {
    synopsis: ['discover <type>', 'discover --all'],
    about: 'Lists once the services of a type, or of all types, that answer in time.',
    example: 'mdns-actors discover _http._tcp --timeout 2s',
    options: ['all', 'timeout', 'subtype', ...inDomain, ...common],
    operand: 'type',
  },
  resolve: {
    synopsis: ['resolve <name> <type>'],
    about: 'Finds host, port, attributes and addresses of one service.',
    example: 'mdns-actors resolve "Living Room" _http._tcp',
    options: ['timeout', ...inDomain, ...common],
    operand: 'type',
  },
  lookup: {
    synopsis: ['lookup <host>'],
    about: 'Finds the addresses of a host.',
    example: 'mdns-actors lookup printer.local',
    options: ['timeout', ...inDomain, ...common],
  },
  'watch-host': {
    synopsis: ['watch-host <host>'],
    about: 'Reports the addresses of a host now and whenever they change.',
    example: 'mdns-actors watch-host printer.local',
    options: [...inDomain, ...common],
  },
  reverse: {
    synopsis: ['reverse <address>'],
    about: 'Finds the names of the host that has an address.',
    example: 'mdns-actors reverse 192.0.2.7',
    options: ['timeout', ...common],
  },
  query: {
    synopsis: ['query <name> <rrtype>'],
    about: 'Queries the records of a name and type: A, AAAA, PTR, SRV, TXT, ANY, TYPE65 ...',
    example: 'mdns-actors query _http._tcp.local PTR',
    options: ['timeout', ...inDomain, ...common],
  },
  domains: {
    synopsis: ['domains [<domain>]'],
    about: 'Lists the domains beyond the link that the network, or a domain, recommends for browsing and publishing.',
    example: 'mdns-actors domains office.example',
    options: ['timeout', 'server', ...common],
  },
  reconfirm: {
    synopsis: ['reconfirm <name> <type>'],
    about: 'Asks whether a service that cannot be reached still exists; other hosts then forget it if it does not.',
    example: 'mdns-actors reconfirm "Living Room" _http._tcp',
    options: ['timeout', ...common],
    operand: 'type',
  },
  interfaces: {
    synopsis: ['interfaces'],
    about: 'Shows which network interfaces are used, which are not, and why.',
    example: 'mdns-actors interfaces --json',
    options: [...common],
  },
  doctor: {
    synopsis: ['doctor'],
    about: 'Checks interfaces, port and multicast on each link, and says what is wrong and what helps.',
    example: 'mdns-actors doctor',
    options: ['timeout', ...common],
  },
  inspect: {
    synopsis: ['inspect'],
    about: 'Serves a page on this computer with actors, messages, services, caches and packets as they change.',
    example: 'mdns-actors inspect --browse http --publish "My Web http 8080"',
    options: ['publish', 'browse', 'port', 'open', 'host', ...common],
  },
  demo: {
    synopsis: ['demo'],
    about: 'Shows two hosts that find each other on the loopback interface; takes a few seconds.',
    example: 'mdns-actors demo',
    options: ['verbose', 'help'],
  },
  completion: {
    synopsis: ['completion bash | zsh | fish'],
    about: 'Prints a script that completes commands, options and service types in a shell.',
    example: 'mdns-actors completion bash > ~/.local/share/bash-completion/completions/mdns-actors',
    options: ['help'],
    operand: 'shell',
  },
  help: {
    synopsis: ['help [<command>]'],
    about: 'Shows all commands, or one with its options.',
    example: 'mdns-actors help browse',
    options: ['help'],
    operand: 'command',
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
