/** Finds numbers of the RFCs outside of their one home, `src/protocol/constants.ts`. */
import * as rfc from '../../src/protocol/constants.js';
import type { SourceFile } from './source.js';

/** Numbers that mean the same wherever they stand. Others, such as 1000, only mean what their comment says. */
const TELLING: ReadonlySet<number> = new Set([
  rfc.MDNS_PORT,
  rfc.MAX_PACKET_BYTES,
  rfc.MIN_IPV6_MTU,
  ...rfc.REFRESH_POINTS,
  rfc.REFRESH_JITTER,
  rfc.HOST_TTL_SECONDS,
  rfc.OTHER_TTL_SECONDS,
  rfc.ADVISED_TXT_BYTES,
  rfc.MAX_TXT_BYTES,
]);
const GROUPS: readonly string[] = [rfc.IPV4_GROUP, rfc.IPV6_GROUP];

/** Decimal: what is written in hexadecimal is a layout of bits. */
const NUMBER = /(?<![\w.$])\d[\d_]*(?:\.\d+)?(?![\w.])/g;
const COMMENTED_CONSTANT = /((?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/|\/\/[^\n]*)\n)(?:export )?const (\w+)[^=\n]*=([^;]*);/g;
const CITES_AN_RFC = /\b[Ss]ections? \d|\bRFC \d/;

/**
 * What is a number of an RFC here, in words: one that means the same wherever it stands, and a constant with a number of its own
 * whose comment cites an RFC. Such a constant moves to its home, or its comment says that the number is our choice.
 */
export function strayNumbers({ path, text, code }: SourceFile): string[] {
  if (path === 'protocol/constants.ts') return [];
  const told = numbersIn(code)
    .filter((number) => TELLING.has(number))
    .map((number) => `has ${number}`);
  const groups = GROUPS.filter((group) => text.includes(`'${group}'`)).map((group) => `has ${group}`);
  const cited = [...text.matchAll(COMMENTED_CONSTANT)]
    .filter(([, comment = '', , value = '']) => {
      const isOurs = /\bour choice\b/i.test(comment);
      return CITES_AN_RFC.test(comment) && !isOurs && numbersIn(value).some((number) => number !== 0 && number !== 1);
    })
    .map(([, , name]) => `declares ${name}, a number of an RFC`);
  return [...told, ...groups, ...cited];
}

function numbersIn(code: string): number[] {
  return [...code.matchAll(NUMBER)].map(([digits]) => Number(digits.replaceAll('_', '')));
}
