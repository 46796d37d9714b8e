/** The worker of the package, which ends on a word: what it hears on the channel `mortal` says how. */
const { join } = require('node:path');
require(join(__dirname, '../../dist/worker.cjs'));

const channel = new BroadcastChannel('mortal');
const ends = {
  throw: () => {
    throw new Error('a bug');
  },
  reject: () => void Promise.reject(new Error('a bug in a promise')),
  exit: () => process.exit(7),
  allocate: () => {
    for (const kept = []; ; ) kept.push(new Array(10_000).fill(0.5));
  },
};
channel.onmessage = ({ data }) => setImmediate(ends[data]);
channel.unref();
