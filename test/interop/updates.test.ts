/** What our library changes in place is seen by others, without a rename and without a break (RFC 6762 section 8.4). */
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { Avahi } from './avahi.js';
import type { Browser, Sighting, Stack } from './stack.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

const PROGRAM = fileURLToPath(new URL('./peers/updating.mjs', import.meta.url));
const TYPE = '_http._tcp';

/** avahi-browse shows what it resolved first, and no more: it is asked anew until it shows what is wanted. */
async function expectOnceAsked(browse: () => Browser, wanted: (sighting: Sighting) => boolean): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const seen = await browse()
      .sees('Moody', wanted, 1_500)
      .catch(() => undefined);
    if (seen) return;
  }
  await browse().sees('Moody', wanted);
}

describeInterop('an update of ours', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  it.each<[string, () => Promise<Stack>]>([
    ['Avahi', () => Avahi.start(host('beta'))],
    ['python-zeroconf', async () => new Zeroconf(host('beta'))],
  ])('of TXT data and port is seen by %s', async (_kind, start) => {
    const watcher = await start();
    const browser = watcher.browse(TYPE);
    const argv = [process.execPath, PROGRAM, 'alpha-node', 'Moody', TYPE];
    const ours = host('alpha').start(argv, 'updating.mjs');
    await ours.until('"announced"', () => ours.lines.find((line) => line.includes('announced')));
    await browser.sees('Moody', ({ port, txt }) => port === 1000 && txt.state === 'old');
    ours.signal('SIGUSR2');
    const isUpdated = ({ port, txt }: Sighting) => port === 2000 && txt.state === 'new' && txt.more === true;
    if (watcher.kind === 'Avahi') await expectOnceAsked(() => watcher.browse(TYPE), isUpdated);
    else await browser.sees('Moody', isUpdated);
    await ours.stop('SIGTERM');
    await browser.loses('Moody');
  });
});
