/** A program whose system is in a worker ends when it would end with the system in process. */
import { expect, it } from 'vitest';
import { onLoopback, runProgram } from './loopback.js';

const WEB = `{ name: 'Web', type: 'http', port: 80 }`;
const options = (more = '') => `{ ...${JSON.stringify(onLoopback())}, worker: true, ${more} }`;

it.each<[string, string, string[]]>([
  [
    'lives until it withdraws what it publishes',
    `const web = createMdns(${options()}).publish(${WEB});
     web.changes$.subscribe(({ event }) => { if (event === 'announced') soon(() => { say('alive'); void web.withdraw(); }); });
     process.on('exit', () => say('over'));`,
    ['alive', 'over'],
  ],
  [
    'lives until it closes',
    `const mdns = createMdns(${options()});
     mdns.publish(${WEB}).changes$.subscribe(({ event }) => { if (event === 'announced') soon(() => { say('alive'); void mdns.close(); }); });`,
    ['alive'],
  ],
  [
    'ends with keepAlive: false when it has nothing else to do',
    `createMdns(${options('keepAlive: false')}).publish(${WEB}); soon(() => say('alive'), 3_000);`,
    [],
  ],
  ['ends when it only creates', `createMdns(${options()}); soon(() => say('alive'), 3_000);`, []],
  [
    'ends when it has closed while the worker starts',
    `await createMdns(${options()}).close(); say('closed'); soon(() => say('alive'), 3_000);`,
    ['closed'],
  ],
  [
    'ends when its publication has failed',
    `const mdns = createMdns(${options()});
     const web = mdns.publish(${WEB});
     await web.announced;
     await mdns.publish({ ...${WEB}, onConflict: 'fail' }).announced.catch(({ code }) => say(code));
     void web.withdraw();`,
    ['name-in-use'],
  ],
  [
    'lives while it browses, and while it waits for an answer',
    `const mdns = createMdns(${options()});
     const watch = mdns.browse('http').subscribe();
     soon(() => { say('browsing'); watch.unsubscribe(); mdns.lookup('nobody', { timeout: 300 }).catch(({ code }) => say(code)); }, 1_500);`,
    ['browsing', 'timeout'],
  ],
  [
    'ends at once with process.exit',
    `const mdns = createMdns(${options()});
     mdns.publish(${WEB}).announced.then(() => { say('announced'); process.exit(3); });`,
    ['announced'],
  ],
  [
    'whose file of the worker is missing is told what to do, and ends',
    `const mdns = createMdns({ ...${JSON.stringify(onLoopback())}, worker: { url: '/nowhere/worker.cjs' } });
     const web = mdns.publish(${WEB});
     await web.announced.catch(({ code, message }) => { say(code); say(message); });
     say(mdns.status.state);`,
    [
      'internal',
      expect.stringMatching(
        /nowhere.*worker\.cjs has ended before it was ready: .*copy dist\/worker\.cjs .* createMdns\(\{ worker: \{ url \} \}\)\.$/,
      ),
      'closed',
    ],
  ],
])('%s', async (title, body, lines) => {
  expect(await runProgram(body)).toEqual({ lines, code: title.includes('process.exit') ? 3 : 0 });
});
