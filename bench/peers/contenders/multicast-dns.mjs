/** The library below bonjour-service: it reads each packet and emits it; what is found is its user's affair. */
import multicastDns from 'multicast-dns';
import { meter, say } from './say.mjs';

let packets = 0;
const mdns = multicastDns();
mdns.on('response', () => packets++);
meter(() => ({ packets }));
mdns.on('ready', () => setTimeout(() => mdns.query('_http._tcp.local', 'PTR'), 1_000));
setTimeout(() => say('found', {}), 2_500);
