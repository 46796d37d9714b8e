import { createMdns } from '../../../dist/index.js';
import { count, meter, own, role, say, timed } from './say.mjs';

// By default the cache is bounded well below what ten thousand services take.
const room = count > 1_000 ? { maxCacheRecords: 10 * count, maxCacheBytes: 10_000 * count } : {};
const mdns = createMdns(room);
if (role === 'answer') {
  await Promise.all(own.map((service) => mdns.publish(service).announced));
  meter();
  say('ready');
} else {
  const throttled = () => Object.values(mdns.metrics()).reduce((sum, link) => sum + link.throttled, 0);
  const open = (isUp, isDown) =>
    mdns.browse('http').subscribe(({ event, instance }) => {
      if (event === 'down') isDown(instance.fullName);
      else if (instance.addresses.length > 0 && 'id' in instance.txt) isUp(instance.fullName);
    });
  await timed(open, () => ({ throttled: throttled() }));
}
