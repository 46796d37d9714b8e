/** Programs written for IPv4 get an instance with its IPv4 addresses, if it has some. */
import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { ipv4First } from '../../src/compat/ipv4-first.js';
import type { InstanceEvent, ServiceInstance } from '../../src/index.js';
import { VirtualClock } from '../../src/net/simulated/virtual-clock.js';

function stage() {
  const clock = new VirtualClock();
  const events = new Subject<InstanceEvent>();
  const seen: string[] = [];
  const subscription = ipv4First(events, clock).subscribe(({ event, instance }) =>
    seen.push([event, ...instance.addresses.map(({ address }) => address)].join(' ')),
  );
  const say = (event: string, ...addresses: string[]) => {
    const family = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');
    const list = addresses.map((address) => ({ address, family: family(address), interface: 'eth0' }));
    const instance = { fullName: 'A._http._tcp.local', addresses: list } as unknown as ServiceInstance;
    events.next({ event, instance } as InstanceEvent);
  };
  return { clock, seen, say, subscription };
}

it('sorts the addresses', () => {
  const { seen, say } = stage();
  say('up', 'fd00::1', '198.18.0.1', '198.18.0.2');
  say('changed', 'fd00::1', '198.18.0.2');
  say('changed', 'fd00::1');
  say('down', 'fd00::1');
  expect(seen).toEqual([
    'up 198.18.0.1 198.18.0.2 fd00::1',
    'changed 198.18.0.2 fd00::1',
    'changed fd00::1',
    'down fd00::1',
  ]);
});

it('waits for an IPv4 address, but not for long, whatever changes', () => {
  const { clock, seen, say } = stage();
  say('up', 'fd00::1');
  clock.advance(300);
  say('changed', 'fd00::1', 'fd00::2');
  clock.advance(90);
  expect(seen).toEqual([]);
  clock.advance(20);
  expect(seen).toEqual(['up fd00::1 fd00::2']);
  say('changed', 'fd00::1');
  expect(seen.at(-1)).toBe('changed fd00::1');
});

it('passes on at once what has got one, and nothing of what has gone', () => {
  const { clock, seen, say } = stage();
  say('up', 'fd00::1');
  say('changed', 'fd00::1', '198.18.0.1');
  expect(seen).toEqual(['up 198.18.0.1 fd00::1']);
  say('down');
  say('up', 'fd00::1');
  say('down', 'fd00::1');
  clock.advance(1000);
  expect(seen).toEqual(['up 198.18.0.1 fd00::1', 'down']);
});

it('forgets what waits when it ends', () => {
  const { clock, seen, say, subscription } = stage();
  say('up', 'fd00::1');
  subscription.unsubscribe();
  clock.advance(1000);
  expect(seen).toEqual([]);
});
