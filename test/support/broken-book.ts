import { type MockInstance, vi } from 'vitest';
import type { BookEvent } from '../../src/actors/supervisor/publication-entry.js';
import { PublicationBook } from '../../src/actors/supervisor/publications.js';

/** Makes the supervisor throw at each event of a type that concerns publications, until the mock is restored. */
export function breakBook(type: BookEvent['type']): MockInstance {
  const { apply } = PublicationBook.prototype;
  return vi.spyOn(PublicationBook.prototype, 'apply').mockImplementation(function (this: PublicationBook, event, now) {
    if (event.type === type) throw new Error('a bug');
    return apply.call(this, event, now);
  });
}
