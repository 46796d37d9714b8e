/** Names of services as the three packages write them. */

/** `http` and `tcp` -> `_http._tcp`. */
export function typeText(...labels: readonly (string | undefined)[]): string {
  return labels
    .filter((label) => label !== undefined && label !== '')
    .map((label) => `_${label}`)
    .join('.');
}

/** `_http` -> `http`. */
export function bare(label: string): string {
  return label.replace(/^_/, '');
}

/** Whether two names are equal in the DNS (RFC 6762 section 16). */
export function keyOf(name: string): string {
  return name.replace(/[A-Z]+/g, (run) => run.toLowerCase());
}
