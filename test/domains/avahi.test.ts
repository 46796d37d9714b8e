/** What Avahi finds in a zone in which ours publishes: as root, in namespaces of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DOMAIN, missingPrograms } from './servers.js';

const missing = missingPrograms(['avahi-daemon', 'avahi-browse', 'dbus-daemon', 'unshare', 'ip']);
const isPossible = process.getuid?.() === 0 && missing.length === 0;

it.skipIf(!isPossible)(
  'avahi-browse -d finds and resolves it; the primary is found with the servers of the system',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'avahi-'));
    const script = fileURLToPath(new URL('avahi.sh', import.meta.url));
    const ours = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
    const found = execFileSync(script, [folder, ours], { encoding: 'utf8', timeout: 50_000 });
    expect(found.trim().split('\n')).toEqual([
      `+;n/a;n/a;My\\.\\032Web;_http._tcp;${DOMAIN}`,
      `=;n/a;n/a;My\\.\\032Web;_http._tcp;${DOMAIN};pi.${DOMAIN};198.18.0.1;80;"a=1"`,
    ]);
    rmSync(folder, { recursive: true });
  },
);
