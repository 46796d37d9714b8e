/** What the suite needs of the machine, and how to get it. */
import { execFileSync } from 'node:child_process';
import { PYTHON } from './zeroconf.js';

/** Debian package by the program that shows that it is there. */
const programs: ReadonlyArray<readonly [program: string, debianPackage: string]> = [
  ['ip', 'iproute2'],
  ['dbus-daemon', 'dbus'],
  ['dbus-send', 'dbus'],
  ['avahi-daemon', 'avahi-daemon'],
  ['avahi-browse', 'avahi-utils'],
  ['dig', 'bind9-dnsutils'],
  ['tcpdump', 'tcpdump'],
  ['nft', 'nftables'],
];

/** One sentence for each thing that is missing; none when the suite can run. */
export function missing(): readonly string[] {
  if (process.platform !== 'linux') return [`Linux with network namespaces is needed; this is ${process.platform}.`];
  const problems: string[] = [];
  const packages = new Set(
    programs.filter(([program]) => !works('sh', '-c', `command -v ${program}`)).map(([, name]) => name),
  );
  if (!works(PYTHON, '-c', 'import zeroconf')) packages.add('python3-zeroconf');
  if (packages.size > 0) problems.push(`Debian packages are missing: apt-get install ${[...packages].join(' ')}`);
  if (process.getuid?.() !== 0) problems.push('Root is needed to make network namespaces: sudo npm run test:interop');
  else if (!packages.has('iproute2') && !works('sh', '-c', trial)) {
    problems.push(
      'This machine does not let root make network namespaces, veth pairs and bridges (in a container: run it with --privileged).',
    );
  }
  return problems;
}

/** Makes and removes one of everything that a world is made of. */
const name = `mdi${process.pid}-trial`;
const trial = `ip netns add ${name} || exit 1
ip -n ${name} link add br0 type bridge && ip -n ${name} link add port0 type veth peer name port1 &&
  ip netns exec ${name} unshare --uts sh -c 'hostname trial && mount --bind /tmp /run'
made=$?
ip netns delete ${name}
exit $made`;

function works(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
