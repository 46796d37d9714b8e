/** Watches with RxJS operators: the services that carry `role=db`, as a list that is up to date. */
import { createMdns } from 'mdns-actors';
import { distinctUntilChanged, filter, firstValueFrom, map, tap } from 'rxjs';

const mdns = createMdns({ interfaces: 'loopback' });
const names = ['alpha', 'beta', 'gamma'];
for (const [index, name] of names.entries()) {
  mdns.publish({ name, type: 'postgresql', port: 5432 + index, txt: { role: name === 'beta' ? 'replica' : 'db' } });
}

const primaries$ = mdns.browse('postgresql').services$.pipe(
  map((services) => [...services.values()].filter(({ txt }) => txt.role === 'db').map(({ name }) => name)),
  map((found) => found.sort().join(', ')),
  distinctUntilChanged(),
  tap((found) => console.log(`primaries: ${found || 'none'}`)),
);

await firstValueFrom(primaries$.pipe(filter((found) => found === 'alpha, gamma')));
await mdns.close();
