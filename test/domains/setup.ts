import { missingPrograms } from './servers.js';

/** Says what is missing, instead of failing in every test. */
export function setup(): void {
  const missing = missingPrograms();
  if (missing.length === 0) return;
  const packages = 'apt-get install bind9 bind9-dnsutils knot knot-dnsutils';
  throw new Error(`These tests need ${missing.join(', ')}: ${packages}`);
}
