/** Publishes one service with our library; at SIGUSR2 its TXT data and port change in place, at SIGTERM it says goodbye. */
import { createMdns } from '../../../dist/index.js';

const [hostname, name, type] = process.argv.slice(2);
const mdns = createMdns({ hostname, keepAlive: true });
const service = mdns.publish({ name, type, port: 1000, txt: { state: 'old' } });
process.on('SIGUSR2', () => service.update({ txt: { state: 'new', more: true }, port: 2000 }));
process.on('SIGTERM', () => void mdns.close().then(() => process.exit(0)));
await service.announced;
process.stdout.write('announced\n');
