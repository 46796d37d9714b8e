import type { Observable } from 'rxjs';
import { stopped } from './session.js';

/** Calls `take` with each event until the user stops the command; rejects if there can be no more. */
export async function each<E>(found: Observable<E>, stop: AbortSignal, take: (event: E) => void): Promise<void> {
  const broken = new Promise<never>((_, reject) => {
    found.subscribe({ next: take, error: reject });
  });
  await Promise.race([broken, stopped(stop)]);
}
