/** Seeded random numbers: the same seed gives the same numbers on every machine. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** Numbers to skip until every bit of the seed affects every bit of the state. */
const WARM_UP = 16;

/**
 * A generator for each seed (Chris Doty-Humphrey's sfc32, which passes PractRand). For several independent streams, add
 * a name to the seed: `seededRandom(`${seed}/${name}`)`.
 *
 * @example const random = seededRandom(7);
 */
export function seededRandom(seed: number | string): Random {
  let [a, b, c] = hash(String(seed));
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let turn = 0; turn < WARM_UP; turn += 1) next();
  return () => next() / 2 ** 32;
}

/** Three words that depend on every character and on their order. */
function hash(text: string): [number, number, number] {
  const words: [number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    words[0] = Math.imul(words[0] ^ code, 0x01000193);
    words[1] = Math.imul(words[1] + code, 0x85ebca6b) ^ (words[0] >>> 15);
    words[2] = Math.imul(words[2] ^ words[1], 0xc2b2ae35) + code;
  }
  return words;
}
