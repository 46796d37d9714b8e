/** How many columns of a terminal a text takes: two for a Chinese character or an emoji, none for an accent. */
import truncatedWidth from 'fast-string-truncated-width';

export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

/** The text, cut with an ellipsis if it is wider than `width`, and filled with spaces up to it. */
export function fitted(text: string, width: number): string {
  const { index, ellipsed, truncated } = truncatedWidth(text, { limit: width, ellipsis: '…' });
  const cut = truncated ? `${text.slice(0, index)}${ellipsed ? '…' : ''}` : text;
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}
