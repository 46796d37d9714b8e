/** The name of a service and that of its host, which have the same number. */
import { formatHostname, removeTLD } from './domain-formatter.js';

export interface Names {
  /** `My Bridge (2)`. */
  readonly name: string;
  /** `My-Bridge-(2).local.` */
  readonly hostname: string;
}

/** If one of the two has a number, both get the larger one. */
export function namesOf(given: string, hostname: string | undefined): Names {
  const [name, number] = numbered(given, /^(.*) \((\d+)\)$/s);
  const host = formatHostname(hostname || given).replaceAll(' ', '-');
  const [label, hostNumber] = numbered(removeTLD(host), /^(.*)-\((\d+)\)$/s);
  const larger = Math.max(number, hostNumber);
  if (larger === 1) return { name, hostname: host };
  return { name: `${name} (${larger})`, hostname: formatHostname(`${label}-(${larger})`) };
}

function numbered(text: string, pattern: RegExp): [base: string, number: number] {
  const [, base, number] = pattern.exec(text) ?? [];
  return base === undefined ? [text, 1] : [base, Number(number)];
}
