/** `node libp2p.mjs ADDRESS`: a peer with this address. Prints its id, and the addresses of each other peer. */
import { generateKeyPair } from '@libp2p/crypto/keys';
import { defaultLogger } from '@libp2p/logger';
import { mdns } from '@libp2p/mdns';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';

const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519'));
const address = multiaddr(`/ip4/${process.argv[2]}/tcp/4001/p2p/${peerId}`);
const discovery = mdns({ interval: 1000 })({
  peerId,
  addressManager: { getAddresses: () => [address] },
  logger: defaultLogger(),
});
discovery.addEventListener('peer', ({ detail: { id, multiaddrs } }) =>
  process.stdout.write(`${JSON.stringify({ found: `${id}`, at: multiaddrs.map(String) })}\n`),
);
process.once('SIGTERM', () => discovery.stop());
await discovery.start();
process.stdout.write(`${JSON.stringify({ id: `${peerId}` })}\n`);
