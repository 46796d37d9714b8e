/** Avahi on a host of the world: its own D-Bus, the daemon, and the command line tools of avahi-utils. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './program.js';
import {
  Browser,
  type Family,
  type Fold,
  type Publication,
  type Service,
  type Sighting,
  type Stack,
  txtOf,
  txtStrings,
} from './stack.js';
import { type Host, LAN, SYSTEM_BUS } from './world.js';

export interface AvahiOptions {
  /** First label of the host name; the host's own name by default. */
  readonly hostName?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
}

const ONE_BUS_FOR_ALL = `<busconfig>
  <type>system</type>
  <listen>${SYSTEM_BUS}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
`;

export class Avahi implements Stack {
  readonly kind = 'Avahi';
  readonly host: Host;
  readonly daemon: Program;

  private constructor(host: Host, daemon: Program) {
    this.host = host;
    this.daemon = daemon;
  }

  /** Starts D-Bus and the daemon, and waits until the host name is established. */
  static async start(host: Host, options: AvahiOptions = {}): Promise<Avahi> {
    const directory = join(host.world.directory, host.name);
    const bus = host.start(
      [
        'sh',
        '-c',
        `mkdir -p /run/dbus && exec dbus-daemon --nofork --nopidfile --print-address --config-file="$0"`,
        write(directory, 'bus.conf', ONE_BUS_FOR_ALL),
      ],
      'dbus-daemon',
    );
    await bus.until('its address', () => bus.lines[0]);
    const config = write(directory, 'avahi.conf', daemonConfig(host, options));
    const argv = ['avahi-daemon', '--file', config, '--no-drop-root', '--no-chroot', '--no-rlimits', '--no-proc-title'];
    const daemon = host.start(argv, 'avahi-daemon');
    await daemon.until('"Server startup complete"', () =>
      daemon.errors.find((line) => line.includes('Server startup complete')),
    );
    return new Avahi(host, daemon);
  }

  /** The host name that the daemon uses now, with `.local`. */
  async hostName(): Promise<string> {
    const method = 'org.freedesktop.Avahi.Server.GetHostNameFqdn';
    const argv = ['dbus-send', '--system', '--print-reply=literal', '--dest=org.freedesktop.Avahi', '/', method];
    const { lines } = await this.host.run(argv);
    return lines.join('').trim();
  }

  async publish(service: Service): Promise<Publication> {
    const subtypes = (service.subtypes ?? []).map((subtype) => `--subtype=${subtype}._sub.${service.type}`);
    const argv = ['avahi-publish', '-s', ...subtypes, service.name, service.type, String(service.port)];
    // avahi-publish turns the order of the strings round.
    const program = this.host.start(
      [...argv, ...txtStrings(service.txt).toReversed()],
      `avahi-publish ${service.name}`,
    );
    const name = await program.until('"Established under name"', () => establishedName(program));
    return { name, program, withdraw: () => program.stop('SIGTERM') };
  }

  /** Publishes an address record under a host name of our choice. */
  async publishAddress(hostName: string, address: string): Promise<Program> {
    const program = this.host.start(['avahi-publish', '-a', '-R', hostName, address], `avahi-publish ${hostName}`);
    await program.until('"Established under name"', () => establishedName(program));
    return program;
  }

  /** Without a type: the services of all types. */
  browse(type?: string, subtype?: string): Browser {
    const what = type === undefined ? '--all' : subtype === undefined ? type : `${subtype}._sub.${type}`;
    const argv = ['avahi-browse', '--resolve', '--parsable', '--no-db-lookup', what];
    return new Browser(this.host.start(argv, `avahi-browse ${what}`), avahiFold());
  }

  async lookup(hostName: string, family: Family): Promise<string | undefined> {
    const { lines } = await this.host.run(['avahi-resolve', family === 'ipv4' ? '-4' : '-6', '--name', hostName]);
    return lines[0]?.split('\t')[1];
  }

  /** The host name of an address, undefined if nobody answers. */
  async reverse(address: string): Promise<string | undefined> {
    const { lines } = await this.host.run(['avahi-resolve', '--address', address]);
    return lines[0]?.split('\t')[1];
  }
}

function daemonConfig(host: Host, options: AvahiOptions): string {
  const yes = (wanted: boolean): string => (wanted ? 'yes' : 'no');
  return `[server]
host-name=${options.hostName ?? host.name}
allow-interfaces=${LAN}
use-ipv4=${yes(options.ipv4 ?? host.world.ipv4)}
use-ipv6=${yes(options.ipv6 ?? host.world.ipv6)}
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
`;
}

function write(directory: string, name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function establishedName(program: Program): string | undefined {
  const said = program.errors.find((line) => line.startsWith("Established under name '"));
  return said?.slice("Established under name '".length, -1);
}

/**
 * `avahi-browse -p` writes `+` and `-` once for each interface and family, and `=` with one address each. A service is there
 * while any of them is.
 */
export function avahiFold(): Fold {
  const links = new Map<string, Set<string>>();
  return (line, present) => {
    const fields = line.split(';');
    const [event, link, family, label, type, , host, address, port] = fields;
    if (event === undefined || label === undefined || type === undefined) return;
    const name = unescapeLabel(label);
    const seenOn = links.get(name) ?? new Set<string>();
    links.set(name, seenOn);
    if (event === '+') seenOn.add(`${link} ${family}`);
    if (event === '-' && seenOn.delete(`${link} ${family}`) && seenOn.size === 0) present.delete(name);
    if (event !== '=' || host === undefined || address === undefined) return;
    const before = present.get(name);
    const addresses = [...new Set([...(before?.host === host ? before.addresses : []), address])];
    const txt = txtOf(readStrings(fields.slice(9).join(';')));
    present.set(name, { name, type, host, port: Number(port), txt, addresses } satisfies Sighting);
  };
}

/** `\.` and `\\` for themselves, `\DDD` for a byte of UTF-8. */
export function unescapeLabel(text: string): string {
  const bytes: number[] = [];
  for (const [part, code] of text.matchAll(/\\(\d{3}|.)|[^\\]+/gsu)) {
    if (code === undefined) bytes.push(...Buffer.from(part));
    else if (code.length === 3) bytes.push(Number(code));
    else bytes.push(...Buffer.from(code));
  }
  return Buffer.from(bytes).toString('utf8');
}

/** TXT strings as Avahi prints them: quoted, a space between, `\"`, `\\` and `\DDD` within. */
export function readStrings(text: string): readonly string[] {
  return [...text.matchAll(/"((?:\\.|[^"\\])*)"/gsu)].map(([, inner]) => unescapeLabel(inner ?? ''));
}
