/** Real name servers with one zone each, in a folder of their own and on a free port of the loopback interface. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const DOMAIN = 'office.example';
const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
/** The key that may change the zone. */
export const KEY = { name: 'office-key', secret: SECRET } as const;
export const KEY_512 = { name: 'office-key-512', secret: SECRET, algorithm: 'hmac-sha512' } as const;
/** A key that the server knows, and that may change nothing. */
export const STRANGER = { name: 'stranger', secret: SECRET } as const;

/** The types of the records that may be changed, as docs/guide/domains.md has them. */
const TYPES = ['PTR', 'SRV', 'TXT', 'A', 'AAAA'] as const;

const ZONE_FILE = `$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 5
@ NS ns
ns A 127.0.0.1
`;
const MAX_START_MS = 10_000;

const REQUIRED = ['named', 'knotd', 'nsupdate', 'dig', 'kdig'];

/** Which programs are missing here. */
export function missingPrograms(programs: readonly string[] = REQUIRED): readonly string[] {
  return programs.filter((program) => {
    try {
      execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`]);
      return false;
    } catch {
      return true;
    }
  });
}

export interface ServerOptions {
  /** Whether a name and type may have more than a hundred records (BIND). */
  readonly unlimited?: boolean;
}

export abstract class NameServer {
  readonly port: number;
  protected readonly folder = mkdtempSync(join(tmpdir(), 'zone-'));
  #process: ChildProcess | undefined;

  protected constructor(port: number) {
    this.port = port;
  }

  abstract readonly name: string;
  /** How the server shows a name: Knot keeps no capital letters. */
  abstract shown(name: string): string;
  protected abstract command(): readonly [string, ...string[]];

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Waits until the zone is served. */
  async start(): Promise<void> {
    writeFileSync(join(this.folder, 'office.db'), ZONE_FILE);
    const [program, ...args] = this.command();
    const log = join(this.folder, 'log');
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    this.#process = spawn('sh', ['-c', `exec "$0" "$@" > ${log} 2>&1`, program, ...args], { env });
    const end = performance.now() + MAX_START_MS;
    while (!this.dig('SOA', DOMAIN).includes('hostmaster')) {
      if (performance.now() > end) throw new Error(`${this.name} does not start: ${readFileSync(log, 'utf8')}`);
      await pause(50);
    }
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (process && process.exitCode === null) {
      process.kill('SIGKILL');
      await once(process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What `dig` prints about a question. */
  dig(type: string, name: string, program = 'dig'): string {
    const args = [`@127.0.0.1`, '-p', String(this.port), '+short', '+time=2', type, name];
    try {
      return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return '';
    }
  }

  /** Every record of the zone except for its own, sorted, with names in full. */
  get records(): readonly string[] {
    const args = [`@127.0.0.1`, '-p', String(this.port), '+noall', '+answer', '+nottlid', 'AXFR', DOMAIN];
    const text = execFileSync('dig', args, { encoding: 'utf8' });
    const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    return [...new Set(lines)].filter((line) => line !== '' && !/ (SOA|NS) |^ns\./.test(line)).sort();
  }

  update(commands: string): void {
    const input = `server 127.0.0.1 ${this.port}\nzone ${DOMAIN}\n${commands}\nsend\n`;
    execFileSync('nsupdate', ['-y', `hmac-sha256:${KEY.name}:${SECRET}`], { input });
  }
}

export class Named extends NameServer {
  readonly name = 'BIND';
  shown = (name: string): string => name;
  readonly #unlimited: boolean;

  constructor(port: number, { unlimited = false }: ServerOptions) {
    super(port);
    this.#unlimited = unlimited;
  }

  protected command(): readonly [string, ...string[]] {
    const { folder, port } = this;
    const key = (name: string, algorithm = 'hmac-sha256') =>
      `key "${name}" { algorithm ${algorithm}; secret "${SECRET}"; };`;
    writeFileSync(
      join(folder, 'named.conf'),
      `options {
  directory "${folder}"; managed-keys-directory "${folder}"; pid-file none; session-keyfile none;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; ${this.#unlimited ? 'max-records-per-type 0;' : ''}
};
controls { };
${key(KEY.name)} ${key(KEY_512.name, 'hmac-sha512')} ${key(STRANGER.name)}
zone "${DOMAIN}" {
  type primary; file "office.db"; 
  update-policy { grant ${KEY.name} zonesub ${TYPES.join(' ')}; grant ${KEY_512.name} zonesub ${TYPES.join(' ')}; };
  allow-transfer { any; };
};
`,
    );
    return ['named', '-g', '-c', join(folder, 'named.conf')];
  }
}

export class Knot extends NameServer {
  readonly name = 'Knot';
  shown = (name: string): string => name.toLowerCase();

  constructor(port: number, _options: ServerOptions) {
    super(port);
  }

  protected command(): readonly [string, ...string[]] {
    const { folder, port } = this;
    const key = (id: string, algorithm = 'hmac-sha256') =>
      `  - id: ${id}\n    algorithm: ${algorithm}\n    secret: ${SECRET}\n`;
    writeFileSync(
      join(folder, 'knot.conf'),
      `server:
    rundir: "${folder}"
    listen: 127.0.0.1@${port}
database:
    storage: "${folder}"
log:
  - target: stderr
    any: info
key:
${key(KEY.name)}${key(KEY_512.name, 'hmac-sha512')}${key(STRANGER.name)}
acl:
  - id: update
    key: [${KEY.name}, ${KEY_512.name}]
    action: update
    update-type: [${TYPES.join(', ')}]
  - id: transfer
    address: 127.0.0.1
    action: transfer
zone:
  - domain: ${DOMAIN}
    storage: "${folder}"
    file: office.db
    acl: [update, transfer]
    zonefile-load: difference
    journal-content: all
`,
    );
    return ['knotd', '-c', join(folder, 'knot.conf')];
  }
}

/** A port that neither UDP nor, most likely, TCP uses. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
