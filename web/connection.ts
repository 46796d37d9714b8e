/** The page's only way to the program: requests with the token from the fragment of the address, and one stream of frames. */
import type { Frame, ViewRequest, Views } from '../src/inspector/frames.js';

/** `refused`: it makes no sense to try again. */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'refused';

const PAUSES = [500, 1_000, 2_000, 5_000];

export class Connection {
  readonly #onFrame: (frame: Frame) => void;
  readonly #onState: (state: ConnectionState, why: string) => void;
  #failures = 0;

  constructor(onFrame: (frame: Frame) => void, onState: (state: ConnectionState, why: string) => void) {
    this.#onFrame = onFrame;
    this.#onState = onState;
  }

  /** Follows the program until it refuses, and connects again when it is lost. */
  async follow(): Promise<never> {
    for (;;) {
      const why = await this.#stream();
      this.#onState('lost', why);
      await new Promise((resolve) => setTimeout(resolve, PAUSES[Math.min(this.#failures++, PAUSES.length - 1)]));
    }
  }

  /** Undefined when there is no answer; the stream says why. */
  async view<K extends ViewRequest['kind']>(
    request: ViewRequest & { readonly kind: K },
  ): Promise<Views[K] | undefined> {
    const asked = new URLSearchParams(Object.entries(request).filter(([, value]) => value !== ''));
    const response = await get(`view?${asked}`).catch(() => undefined);
    return response?.ok ? ((await response.json()) as Views[K]) : undefined;
  }

  /** @returns why it has ended */
  async #stream(): Promise<string> {
    try {
      const response = await get('stream');
      if (!response.ok || !response.body) return await this.#refusal(response);
      this.#failures = 0;
      this.#onState('live', '');
      let text = '';
      for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) break;
        const events = (text + value).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) this.#onFrame(JSON.parse(event.slice('data: '.length)) as Frame);
      }
      return 'The program has closed the connection.';
    } catch {
      return 'The program cannot be reached: is it still running?';
    }
  }

  async #refusal(response: Response): Promise<string> {
    const why = (await response.text()).trim();
    if (response.status >= 500) return why;
    this.#onState('refused', why);
    return new Promise(() => {});
  }
}

function get(path: string): Promise<Response> {
  const token = /[#&]t=([^&]+)/.exec(location.hash)?.[1];
  return fetch(path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

export async function fetchCharts(): Promise<Readonly<Record<string, string>>> {
  return (await (await get('charts.json')).json()) as Record<string, string>;
}
