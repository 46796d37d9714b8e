/** A program on a pseudo-terminal of its own, by `script` of util-linux, and what the terminal shows. */
import { spawn } from 'node:child_process';
import { TerminalImage } from '../../test/support/terminal.js';

export interface PtyProgram {
  readonly image: TerminalImage;
  /** What has arrived, with its sequences. */
  readonly output: () => string;
  /** Presses keys. */
  press(keys: string): void;
  /** Resolves when `holds` of the terminal. */
  until(holds: (image: TerminalImage) => boolean): Promise<void>;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

export function onTerminal(words: readonly string[], columns: number, rows: number): PtyProgram {
  const image = new TerminalImage(columns, rows);
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const env = { ...process.env, TERM: 'xterm-256color', NO_COLOR: undefined };
  const script = ['-qfec', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null'];
  const child = spawn('script', script, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    image.write(text);
    for (const watch of [...watchers]) watch();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    image,
    output: () => output,
    press: (keys) => child.stdin.write(keys),
    until: (holds) =>
      new Promise<void>((resolve, reject) => {
        const watch = () => {
          if (!holds(image)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        void ended.then(() => reject(new Error(`It has ended:\n${image.texts.join('\n')}`)));
        watch();
      }),
    ended,
    kill: () => child.kill('SIGKILL'),
  };
}
