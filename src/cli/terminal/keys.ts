/** The keys that move a table on a terminal, and those that end it. */
import process from 'node:process';

export type Key = 'stop' | 'pause' | 'up' | 'down' | 'page-up' | 'page-down' | 'start' | 'end';

/** What terminals send: the keys of a keyboard, and those of `less`. */
const keys: Readonly<Record<string, Key>> = {
  '\x03': 'stop',
  '\x04': 'stop',
  q: 'stop',
  '\x1a': 'pause',
  '\x1b[A': 'up',
  '\x1bOA': 'up',
  k: 'up',
  '\x1b[B': 'down',
  '\x1bOB': 'down',
  j: 'down',
  '\r': 'down',
  '\x1b[5~': 'page-up',
  b: 'page-up',
  '\x1b[6~': 'page-down',
  ' ': 'page-down',
  '\x1b[H': 'start',
  '\x1b[1~': 'start',
  g: 'start',
  '\x1b[F': 'end',
  '\x1b[4~': 'end',
  G: 'end',
};
const ESC = '\x1b';
const SEQUENCES = new RegExp(`${ESC}(?:\\[[\\d;]*[A-Za-z~]|O[A-Z])|[^]`, 'g');

/** The keys in what a terminal has sent. */
export function keysIn(text: string): Key[] {
  return [...text.matchAll(SEQUENCES)].flatMap(([sequence]) => keys[sequence] ?? []);
}

export interface Keyboard {
  /** Stops listening while this process pauses, as Ctrl-Z demands. */
  pause(): void;
  end(): void;
}

/** Calls `press` for each key, until `end`. Without a terminal as standard input there are none. */
export function listenToKeys(press: (key: Key) => void): Keyboard {
  const { stdin } = process;
  if (!stdin.isTTY) return { pause() {}, end() {} };
  const onData = (data: Buffer) => {
    for (const key of keysIn(data.toString('latin1'))) press(key);
  };
  const resume = () => {
    stdin.setRawMode(true);
    stdin.resume();
  };
  stdin.on('data', onData);
  process.on('SIGCONT', resume);
  resume();
  return {
    pause: () => {
      stdin.setRawMode(false);
      process.kill(process.pid, 'SIGTSTP');
    },
    end: () => {
      process.off('SIGCONT', resume);
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
