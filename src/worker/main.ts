/** What the worker runs: an actor system with this thread's network, for the client at the other end of the port. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { ActorSystem } from '../actors/supervisor/actor-system.js';
import { Collector } from '../inspector/collector.js';
import type { InspectionSource } from '../inspector/frames.js';
import { NetworkTap } from '../net/network-tap.js';
import { NodeNetwork } from '../net/node-network.js';
import { AskedInterfaces } from './asked-interfaces.js';
import { Host } from './host.js';
import { readToHost } from './messages.js';
import { servePort } from './port-line.js';
import type { ThreadInput } from './thread.js';

const { port, input } = workerData as { readonly port: MessagePort; readonly input: ThreadInput };

const whole = new NodeNetwork();
const { clock } = whole;
const asked = input.interfaces === 'ask' ? askTheOtherThread() : undefined;
const tap = new NetworkTap(asked?.network(whole) ?? whole);
const { network } = tap;
const interfaces = input.interfaces === 'ask' ? asked?.choice : input.interfaces;

let inspection: InspectionSource | undefined;
const system: ActorSystem = new ActorSystem(
  { ...input, interfaces, network },
  { emitted: (event) => host.emitted(event), ended: () => host.ended() },
);
const host: Host = new Host({
  system,
  clock,
  hostname: input.hostname,
  inspection: async () => (inspection ??= new Collector(ActorSystem.rootOf(system), clock)),
  packets: tap,
  soon: (run) => void clock.setTimeout(run, 0),
});
servePort(port, host, 'owner');
if (asked) asked.whenAllAreJudged(() => system.start());
else system.start();

function askTheOtherThread(): AskedInterfaces {
  const interfaces = new AskedInterfaces(
    () => whole.interfaces(),
    (question) => port.postMessage(question),
  );
  port.on('message', (arrived: unknown) => {
    const message = readToHost(arrived);
    if (message?.type === 'interface.judged') interfaces.judged(message);
  });
  return interfaces;
}
