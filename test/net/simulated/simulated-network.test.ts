import { SimulatedHost } from '../../../src/net/simulated/host.js';
import { VirtualClock } from '../../../src/net/simulated/virtual-clock.js';
import { networkContract } from '../contract.js';

networkContract('simulated network', () => {
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock, hostname: 'kitchen', lo: true });
  let port = 25_353;
  return {
    network: host,
    other: host.process(),
    freePort: async () => {
      port += 1;
      return port;
    },
    until: async (condition) => {
      for (let step = 0; step < 100 && !condition(); step += 1) clock.advance(1);
    },
    settle: async () => clock.advance(100),
    standStill: async (ms, before) => {
      before();
      host.stall();
      clock.advance(ms);
      host.recover();
    },
  };
});
