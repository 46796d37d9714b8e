import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandLine, readCommandLine } from '../../src/cli/arguments.js';
import { commands } from '../../src/cli/commands.js';
import { UsageError } from '../../src/cli/usage-error.js';

/** The words of a command line that has no quotes. */
function read(line: string): CommandLine {
  return readCommandLine(line.split(' ').filter((word) => word !== ''));
}

function run(line: string) {
  const result = read(line);
  if (result.kind !== 'run') throw new Error(`${line} was read as ${result.kind}`);
  return result;
}

function refusal(line: string): UsageError {
  try {
    read(line);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${line} was not refused`);
}

describe('what a command line means', () => {
  it('publish takes a service, its attributes and its subtypes', () => {
    expect(
      readCommandLine([
        'publish',
        'Living Room',
        'http',
        '80',
        'path=/a=b',
        'flag',
        'empty=',
        '--subtype',
        '_a',
        '--subtype=_b',
      ]),
    ).toMatchObject({
      kind: 'run',
      task: {
        command: 'publish',
        services: [
          {
            name: 'Living Room',
            type: 'http',
            port: 80,
            txt: { path: '/a=b', flag: true, empty: '' },
            subtypes: ['_a', '_b'],
          },
        ],
        rename: true,
      },
    });
  });

  it('inspect takes services, types and a port', () => {
    const args = [
      '--publish',
      'My  Web http 80',
      '--publish=B _ipp._tcp 631',
      '--browse',
      'http',
      '--port',
      '5354',
      '--open',
    ];
    expect(readCommandLine(['inspect', ...args])).toMatchObject({
      task: {
        command: 'inspect',
        services: [
          { name: 'My  Web', type: 'http', port: 80 },
          { name: 'B', type: '_ipp._tcp', port: 631 },
        ],
        types: ['http'],
        port: 5354,
        open: true,
      },
    });
    expect(run('inspect').task).toEqual({ command: 'inspect', services: [], types: [], port: 0, open: false });
    expect(refusal('inspect --publish http').message).toContain('"NAME TYPE PORT"');
    expect(refusal('inspect --port 70000').message).toContain('is not a port');
  });

  it('publish takes attributes that begin with a dash, or are no plain members, after --', () => {
    const { task } = run('publish Shop http 80 --json -- -x=1 --json __proto__=2');
    expect(task).toMatchObject({ services: [{ name: 'Shop' }] });
    if (task.command !== 'publish' || !Array.isArray(task.services)) throw new Error('no service was read');
    expect(Object.entries(task.services[0]?.txt ?? {})).toEqual([
      ['-x', '1'],
      ['--json', true],
      ['__proto__', '2'],
    ]);
  });

  it('publish takes a file, a host name and --no-rename', () => {
    const { task, mdns } = run('publish --file services.json --host till --no-rename');
    expect(task).toEqual({ command: 'publish', services: { file: 'services.json' }, rename: false, exec: undefined });
    expect(mdns).toEqual({ hostname: 'till' });
    expect(run('publish --from package.json').task).toMatchObject({ services: { from: 'package.json' } });
  });

  it('publish takes a command that runs meanwhile, with all of its words', () => {
    expect(run('publish Shop http 80 a=1 --json --exec node --json -- x').task).toMatchObject({
      services: [{ txt: { a: '1' } }],
      exec: ['node', '--json', '--', 'x'],
    });
    expect(run('publish Shop http 80 -- --exec').task).toMatchObject({
      services: [{ txt: { '--exec': true } }],
      exec: undefined,
    });
  });

  it('the other commands take what they need', () => {
    const type = { type: 'http' };
    expect(run('browse').task).toEqual({ command: 'browse', what: 'types', subtype: undefined });
    expect(run('browse --all').task).toEqual({ command: 'browse', what: 'all', subtype: undefined });
    expect(run('browse http --subtype _a').task).toEqual({ command: 'browse', what: type, subtype: '_a' });
    expect(run('discover http').task).toEqual({ command: 'discover', what: type, subtype: undefined, timeout: 3000 });
    expect(run('discover --all').task).toMatchObject({ command: 'discover', what: 'all' });
    expect(run('resolve A http --timeout 5').task).toEqual({ command: 'resolve', name: 'A', type: 'http', timeout: 5 });
    expect(run('reconfirm A http').task).toMatchObject({ command: 'reconfirm', name: 'A', timeout: 10_000 });
    expect(run('lookup till').task).toEqual({ command: 'lookup', host: 'till', timeout: 3000 });
    const inDomain = (host: string) => run(`lookup ${host} --domain office.example`).task;
    for (const host of ['till', 'till.office.example'])
      expect(inDomain(host)).toEqual({ command: 'lookup', host: 'till.office.example', timeout: 3000 });
    expect(() => inDomain('till.local')).toThrow('"till.local" is not in the domain "office.example"');
    expect(run('watch-host till --domain office.example').task).toMatchObject({ host: 'till.office.example' });
    const outside = () => run('watch-host till.local --domain office.example');
    expect(outside).toThrow(expect.objectContaining({ command: 'watch-host' }));
    expect(run('watch-host till').task).toEqual({ command: 'watch-host', host: 'till' });
    expect(run('reverse 192.0.2.7').task).toEqual({ command: 'reverse', address: '192.0.2.7', timeout: 3000 });
    expect(run('query a.local ANY').task).toEqual({ command: 'query', name: 'a.local', type: 'ANY', timeout: 3000 });
    expect(run('doctor').task).toEqual({ command: 'doctor', timeout: 3000 });
    expect(run('interfaces').task).toEqual({ command: 'interfaces' });
    expect(run('demo').task).toEqual({ command: 'demo' });
  });

  it('who only asks announces nothing, and everybody stays alive', () => {
    for (const line of ['browse', 'discover http', 'resolve A http', 'lookup a', 'query a A', 'interfaces']) {
      expect(run(line).mdns).toEqual({});
    }
  });

  it('options stand before or after the command', () => {
    expect(run('--json --verbose browse http')).toEqual(run('browse http --verbose --json'));
    expect(run('browse --json')).toMatchObject({ json: true, verbose: false });
  });

  it('interfaces are chosen by name, by --loopback, or by both', () => {
    expect(run('browse --interface eth0 --interface 192.0.2.1')).toMatchObject({
      interfaces: ['eth0', '192.0.2.1'],
      mdns: { interfaces: ['eth0', '192.0.2.1'] },
    });
    expect(run('browse --loopback')).toMatchObject({ interfaces: [], mdns: { interfaces: 'loopback' } });
    expect(run('browse --loopback --interface eth0')).toMatchObject({
      interfaces: ['eth0'],
      mdns: { interfaces: ['eth0', 'loopback'] },
    });
  });

  it('families are switched off and groups set', () => {
    expect(run('browse --no-ipv4 --group6 [ff02::1234]:54321').mdns).toMatchObject({
      ipv4: false,
      ipv6: '[ff02::1234]:54321',
    });
    expect(run('browse --no-ipv6 --group4=224.0.0.254:54321').mdns).toMatchObject({
      ipv4: '224.0.0.254:54321',
      ipv6: false,
    });
  });

  it('help and version win over whatever else is missing', () => {
    expect(read('--help')).toEqual({ kind: 'help', command: undefined });
    expect(read('publish -h')).toEqual({ kind: 'help', command: 'publish' });
    expect(read('help publish')).toEqual({ kind: 'help', command: 'publish' });
    expect(read('help')).toEqual({ kind: 'help', command: undefined });
    expect(read('--version')).toEqual({ kind: 'version' });
    expect(read('-V')).toEqual({ kind: 'version' });
  });

  it.each([
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['500ms', 500],
    ['1m', 60_000],
    ['700', 700],
  ])('a time of %s is %i milliseconds', (text, timeout) => {
    expect(run(`lookup a --timeout ${text}`).task).toMatchObject({ timeout });
  });

  it('completion is for a shell', () => {
    expect(read('completion zsh')).toEqual({ kind: 'completion', shell: 'zsh' });
  });
});

describe('what is refused', () => {
  it.each([
    ['', undefined, 'No command given'],
    ['frobnicate', undefined, 'no command "frobnicate"'],
    ['toString', undefined, 'no command "toString"'],
    ['--frobnicate', undefined, 'no option "--frobnicate"'],
    ['publish', 'publish', 'a name, a type and a port'],
    ['publish A', 'publish', 'a type and a port'],
    ['publish A http', 'publish', 'a port'],
    ['publish A http 65536', 'publish', '"65536" is not a port'],
    ['publish A http 0x50', 'publish', '"0x50" is not a port'],
    ['publish A http -1', 'publish', '"-1" is not a port: give a whole number from 0 to 65535'],
    ['publish A _tcp 80', 'publish', '"_tcp" is the protocol of a service type without the service'],
    ['publish A http 80 --exec', 'publish', '--exec needs a command'],
    ['publish A http 80 --exec=node', 'publish', '--exec CMD ARGS'],
    ['publish --file f --from g', 'publish', 'leave one of them out'],
    ['publish A http 80 a=1 a', 'publish', '"a" is given twice'],
    ['publish A http 80 -x=1', 'publish', 'come after "--"'],
    ['publish --file f A', 'publish', 'one argument too many'],
    ['publish --file f --subtype s', 'publish', 'leave --subtype out'],
    ['publish --file', 'publish', '--file needs a value'],
    ['publish --from', 'publish', '--from needs a value: --from FILE'],
    ['publish --file f --file g', 'publish', 'give it once'],
    ['publish A http 80 --timeout 5', 'publish', 'publish takes no option --timeout'],
    ['browse _tcp', 'browse', 'give for example _http._tcp, or http'],
    ['browse _udp', 'browse', 'give for example _http._udp'],
    ['browse --all http', 'browse', '--all means every type: leave "http" or --all out'],
    ['browse http --exec node', 'browse', 'browse takes no option --exec'],
    ['browse a b', 'browse', '"b" is one argument too many'],
    ['browse --subtype s', 'browse', 'needs the type'],
    ['browse --json=yes', 'browse', 'takes no value'],
    ['browse --interface --json', 'browse', '--interface needs a value'],
    ['browse --no-ipv4 --no-ipv6', 'browse', 'no IP version is left'],
    ['browse --group4 0.0.0.0:5353', 'browse', 'not an IPv4 multicast group'],
    ['browse --group6 ff02::fb:5353', 'browse', 'not an IPv6 multicast group'],
    ['discover', 'discover', 'the type'],
    ['discover http --timeout soon', 'discover', '--timeout "soon" is not a time: give a time above 0, such as 2s'],
    ['discover http --timeout 0', 'discover', '--timeout "0" means 0 ms: give a time above 0'],
    ['discover http --timeout 0s', 'discover', 'means 0 s'],
    ['discover http --timeout -5', 'discover', '--timeout "-5" is not a time'],
    ['discover http --timeout=-2s', 'discover', '"-2s" is not a time'],
    ['discover http --timeout 2h', 'discover', '"2h" is not a time'],
    ['reconfirm A', 'reconfirm', 'the type'],
    ['reverse', 'reverse', 'an address'],
    ['watch-host', 'watch-host', 'the name of the host'],
    ['completion', 'completion', 'a shell: bash, zsh, fish'],
    ['completion tcsh', 'completion', 'only for bash, zsh, fish'],
    ['help brows', undefined, 'Did you mean browse?'],
    ['help browse x', 'help', 'one argument too many'],
    ['brwose', undefined, 'Did you mean browse?'],
    ['frobnicate', undefined, 'mdns-actors help shows all commands'],
    ['browse --al', 'browse', 'Did you mean --all?'],
    ['resolve A', 'resolve', 'the type'],
    ['lookup', 'lookup', 'the name of the host'],
    ['query a', 'query', 'a record type'],
    ['interfaces eth0', 'interfaces', 'one argument too many'],
    ['demo --json', 'demo', 'takes no option --json'],
  ])('%j', (line, command, message) => {
    const error = refusal(line);
    expect(error.command).toBe(command);
    expect(error.message).toContain(message);
  });

  it('whatever is typed is read or refused, and nothing else happens', () => {
    const words = [
      'publish',
      'browse',
      '--json',
      '--timeout',
      '--file',
      '--',
      '-',
      '-h',
      '--=',
      '=',
      '',
      '5',
      '--no-json',
      '-1',
      '-V',
      '--exec',
      '--all',
      'help',
      'completion',
    ];
    const word = fc.oneof(fc.constantFrom(...words), fc.string());
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        try {
          readCommandLine(args);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

it('every example is a command line that is right, for its own command', () => {
  for (const [name, { example }] of Object.entries(commands)) {
    const [program, ...args] = example.match(/"[^"]*"|\S+/g) ?? [];
    expect(program).toBe('mdns-actors');
    const end = args.indexOf('>');
    const line = readCommandLine(args.slice(0, end < 0 ? undefined : end).map((word) => word.replaceAll('"', '')));
    if (name === 'help' || name === 'completion') expect(line.kind).toBe(name);
    else expect(line).toMatchObject({ kind: 'run', task: { command: name } });
  }
});
