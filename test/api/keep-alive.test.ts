/** What keeps a program alive: what is published, until it is withdrawn, closed or has failed. Each program is a process. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const INDEX = new URL('../../dist/index.js', import.meta.url).href;
const XSTATE = new URL('../../dist/xstate.js', import.meta.url).href;
/** A group of its own for each program, on loopback. */
const options = (port: number, more = '') =>
  `{ interfaces: 'loopback', ipv4: '224.0.0.254:${port}', ipv6: false, ${more} }`;

/**
 * Runs a program, and resolves with what it printed and its exit code. Its timers are unreferenced: they fire only while
 * something else keeps the process alive.
 */
function run(body: string): Promise<{ readonly lines: string[]; readonly code: number | null }> {
  const program = `
    import { createMdns } from '${INDEX}';
    import { supervisor, supervisorOptions, publishCommand } from '${XSTATE}';
    const soon = (run, ms = 200) => setTimeout(run, ms).unref();
    const say = (line) => console.log(line);
    ${body}`;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
    });
    child.on('close', (code) => resolve({ lines: text.split('\n').filter(Boolean), code }));
  });
}

const WEB = `{ name: 'Web', type: 'http', port: 80 }`;

describe('a program', { timeout: 60_000 }, () => {
  it.each<[string, string, string[]]>([
    [
      'that publishes lives until it withdraws',
      `const mdns = createMdns(${options(49_101)});
       const web = mdns.publish(${WEB});
       web.changes$.subscribe(({ event }) => { if (event === 'announced') soon(() => { say('alive'); void web.withdraw(); }); });
       process.on('exit', () => say('over'));`,
      ['alive', 'over'],
    ],
    [
      'that publishes lives until it closes',
      `const mdns = createMdns(${options(49_102, 'keepAlive: true')});
       const web = mdns.publish(${WEB});
       web.changes$.subscribe(({ event }) => { if (event === 'announced') soon(() => { say('alive'); void mdns.close(); }); });`,
      ['alive'],
    ],
    [
      'that publishes a host name lives, too',
      `const mdns = createMdns(${options(49_103)});
       const alias = mdns.publishHost({ name: 'alias' });
       alias.changes$.subscribe(({ event }) => { if (event === 'announced') soon(() => { say('alive'); void alias.withdraw(); }); });`,
      ['alive'],
    ],
    [
      'that publishes with keepAlive: false ends when it has nothing else to do',
      `createMdns(${options(49_104, 'keepAlive: false')}).publish(${WEB}); soon(() => say('alive'), 1_000);`,
      [],
    ],
    [
      'whose publication failed ends',
      `const mdns = createMdns(${options(49_105)});
       const web = mdns.publish(${WEB});
       web.changes$.subscribe(({ event }) => {
         if (event !== 'announced') return;
         mdns.publish({ ...${WEB}, onConflict: 'fail' }).announced.catch(({ code }) => { say(code); void web.withdraw(); });
       });
       process.on('exit', () => say('over'));`,
      ['name-in-use', 'over'],
    ],
    [
      'whose publication is refused ends',
      `try { createMdns(${options(49_106)}).publish({ ...${WEB}, port: '80' }); } catch ({ code }) { say(code); }
       soon(() => say('alive'), 1_000);`,
      ['invalid-option'],
    ],
    ['that only creates ends', `createMdns(${options(49_107)}); soon(() => say('alive'), 1_000);`, []],
    [
      'that browses lives until it stops, and one that waits until it is answered',
      `const mdns = createMdns(${options(49_108)});
       const watch = mdns.browse('http').subscribe();
       soon(() => { say('browsing'); watch.unsubscribe(); mdns.lookup('nobody', { timeout: 300 }).catch(({ code }) => say(code)); });`,
      ['browsing', 'timeout'],
    ],
    [
      'that runs the supervisor itself lives while it publishes',
      `const { createActor } = await import('xstate');
       const input = supervisorOptions(${options(49_109)});
       const actor = createActor(supervisor, { input, clock: input.network.clock }).start();
       actor.on('publication.announced', () => soon(() => { say('alive'); actor.send({ type: 'mdns.close' }); }));
       actor.send(publishCommand('web', ${WEB}));`,
      ['alive'],
    ],
  ])('%s', async (_, body, lines) => {
    expect(await run(body)).toEqual({ lines, code: 0 });
  });
});
