/**
 * The command `demo`: two hosts find each other on the loopback interface, step by step. Needs neither a network nor
 * privileges.
 */
import { basename, relative } from 'node:path';
import process from 'node:process';
import { filter, firstValueFrom, type Observable, TimeoutError, timeout } from 'rxjs';
import { createMdns, type Mdns } from '../api/mdns.js';
import type { Logger } from '../api/options.js';
import type { PublishedService } from '../api/published-service.js';
import { NodeNetwork } from '../net/node-network.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { Failure } from './failure.js';
import type { Output } from './output.js';
import { stopped } from './session.js';
import { problemOf } from './status.js';
import { plain } from './text.js';

const TYPE = '_veyronns._tcp';
const GROUP = '224.0.0.254';
/** The first of the dynamic ports, which are assigned to no service (RFC 6335 section 6): our choice. */
const FIRST_PORT = 49_152;
const PORTS = 16_000;
const PORTS_TRIED = 5;
/** Milliseconds to wait for each step; if all works, the whole demo takes four seconds. */
const PATIENCE_MS = 5_000;

const services = {
  system1: { name: 'system1', type: TYPE, port: 2001, txt: { role: 'name server', root: true } },
  system2: { name: 'system2', type: TYPE, port: 2002, txt: { role: 'mount point', path: '/home' } },
} as const;

type HostName = keyof typeof services;
type Hosts = Readonly<Record<HostName, Mdns>>;

/** @throws Failure if a step does not happen in time */
export async function demo(out: Output, verbose: boolean, stop: AbortSignal): Promise<void> {
  const opened: Mdns[] = [];
  try {
    await Promise.race([perform(new Narrator(out, verbose), opened), stopped(stop)]);
  } finally {
    await Promise.all(opened.map((mdns) => mdns.close()));
  }
}

async function perform(narrator: Narrator, opened: Mdns[]): Promise<void> {
  narrator.say(
    'Two hosts, system1 and system2, live in this process. Each has its own sockets and its own cache,',
    'and knows about the other only what it receives. Nothing leaves this computer.',
  );
  const hosts = await meet(narrator, opened);
  const [published] = await publishBoth(narrator, hosts);
  await findEachOther(narrator, hosts);
  await resolve(narrator, hosts.system2);
  await withdraw(narrator, hosts.system2, published);
  narrator.step('Both close, and the demo is over. Now try it yourself, in two terminals:');
  for (const call of ['browse veyronns', 'publish system1 veyronns 2001 role=mine']) {
    narrator.say(`     ${programCall()} ${call} --loopback --no-ipv6`);
  }
}

/** How this program was called: by its name, or as a file with Node. */
function programCall(): string {
  const [, script = ''] = process.argv;
  return basename(script) === 'main.js' ? `node ${relative(process.cwd(), script)}` : 'mdns-actors';
}

/** Opens both hosts on a port that no other program uses exclusively. */
async function meet(narrator: Narrator, opened: Mdns[]): Promise<Hosts> {
  narrator.step('Both join a multicast group on the loopback interface.');
  const first = process.pid % PORTS;
  let fault = '';
  for (let attempt = 0; attempt < PORTS_TRIED; attempt++) {
    const group = `${GROUP}:${FIRST_PORT + first + attempt}`;
    const open = (hostname: HostName) => {
      const options = { hostname, interfaces: 'loopback', ipv4: group, ipv6: false } as const;
      const network = new NodeNetwork({ keepAlive: true });
      const mdns = createMdns({ ...options, network, logger: narrator.loggerFor(hostname) });
      opened.push(mdns);
      return mdns;
    };
    const hosts = { system1: open('system1'), system2: open('system2') };
    const states = await Promise.all([state(hosts.system1), state(hosts.system2)]);
    if (states.every(({ state }) => state === 'up')) {
      narrator.say(`   It is ${group}, so that the demo disturbs no other program: mDNS itself uses 224.0.0.251:5353.`);
      return hosts;
    }
    await Promise.all(opened.splice(0).map((mdns) => mdns.close()));
    fault = states.flatMap((each) => problemOf(each, []) ?? [])[0] ?? '';
    if (!states.some(({ links }) => links.some((link) => link.fault?.code === 'EADDRINUSE'))) break;
  }
  throw new Failure(`The demo cannot use the loopback interface. ${fault}`);
}

function state(mdns: Mdns) {
  return soon('the loopback interface can be used', mdns.status$.pipe(filter(({ state }) => state !== 'starting')));
}

async function publishBoth(narrator: Narrator, hosts: Hosts): Promise<readonly [PublishedService, PublishedService]> {
  narrator.step(`Each publishes a service of the type ${TYPE} under its own name.`);
  narrator.say(
    '   It asks three times whether another host has that name; none objects, and so it announces the',
    '   service to all (RFC 6762 section 8).',
  );
  const publish = async (name: HostName) => {
    const published = hosts[name].publish({ ...services[name], onConflict: 'fail' });
    const event = await soon(
      `${name} announces its service`,
      published.changes$.pipe(filter(({ event }) => event === 'announced' || event === 'failed')),
    );
    if (event.event !== 'announced') throw new Failure(`Another service has the name ${name}.`);
    narrator.show(name, `announced "${event.name}" at ${event.host}:${published.port}`);
    return published;
  };
  return Promise.all([publish('system1'), publish('system2')]);
}

async function findEachOther(narrator: Narrator, hosts: Hosts): Promise<void> {
  narrator.step(`Each browses for ${TYPE}, and finds the other.`);
  const find = async (host: HostName, other: HostName) => {
    const up = hosts[host]
      .browse(TYPE)
      .pipe(filter(({ event, instance }) => event === 'up' && instance.name === other));
    const { instance } = await soon(`${host} finds ${other}`, up);
    narrator.show(host, `found "${instance.name}" at ${instance.host}:${instance.port}`);
  };
  await Promise.all([find('system1', 'system2'), find('system2', 'system1')]);
}

async function resolve(narrator: Narrator, system2: Mdns): Promise<void> {
  narrator.step('system2 resolves "system1": this is all it takes to connect.');
  const instance = await system2.resolve('system1', TYPE, { timeout: PATIENCE_MS });
  if (instance.port !== services.system1.port)
    throw new Failure(`system1 has port ${instance.port}, which it never announced.`);
  const { addresses } = await system2.lookup(instance.host, { timeout: PATIENCE_MS });
  narrator.say(
    `     SRV   host ${instance.host}, port ${instance.port}`,
    `     TXT   ${txtOf(instance)}`,
    `     A     ${addresses.map(({ address, interface: on }) => `${address} on ${on}`).join(', ')}`,
  );
}

function txtOf({ txt }: ServiceInstance): string {
  return Object.entries(txt)
    .map(([key, value]) => (value === true ? key : `${key}=${JSON.stringify(value)}`))
    .join(', ');
}

async function withdraw(narrator: Narrator, system2: Mdns, published: PublishedService): Promise<void> {
  narrator.step('system1 withdraws its service.');
  narrator.say(
    '   It says goodbye: the same records, with no time left to live. Others keep them for one more second,',
    '   in case another host still offers the service (RFC 6762 section 10.1).',
  );
  const down = system2
    .browse(TYPE)
    .pipe(filter(({ event, instance }) => event === 'down' && instance.name === 'system1'));
  const gone = soon('system2 notices that system1 is gone', down);
  await Promise.all([published.withdraw(), gone]);
  narrator.show('system2', 'lost "system1": it said goodbye');
}

/** The first value of `source`, if it comes in time. */
async function soon<T>(expected: string, source: Observable<T>): Promise<T> {
  try {
    return await firstValueFrom(source.pipe(timeout({ first: PATIENCE_MS })));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new Failure(`The demo expected that ${expected}; this has not happened within ${PATIENCE_MS / 1000} s.`);
  }
}

class Narrator {
  readonly #out: Output;
  readonly #verbose: boolean;
  #steps = 0;

  constructor(out: Output, verbose: boolean) {
    this.#out = out;
    this.#verbose = verbose;
  }

  step(text: string): void {
    this.#steps++;
    this.say('', `${this.#steps}. ${text}`);
  }

  show(host: HostName, what: string): void {
    this.say(`     ${host}  ${what}`);
  }

  say(...lines: readonly string[]): void {
    for (const line of lines) this.#out.line(plain(line));
  }

  loggerFor(host: HostName): Logger {
    const tell = (message: string) => (this.#verbose ? this.#out.message(`${host}: ${message}`) : undefined);
    return { debug: tell, info: tell, warn: tell, error: (message) => this.#out.message(`${host}: ${message}`) };
  }
}
