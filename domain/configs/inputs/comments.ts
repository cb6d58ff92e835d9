/** Offsets counted from 0, in UTF-16 units. */
export interface TextRange {
  start: number;
  end: number;
}

/** Those that stand in none of the comments. Both in order. */
export function outsideComments<T extends { offset: number }>(
  items: readonly T[],
  comments: Iterable<TextRange>,
): T[] {
  if (items.length === 0) return [];
  const remaining = comments[Symbol.iterator]();
  let comment = remaining.next();
  return items.filter(({ offset }) => {
    while (!comment.done && comment.value.end <= offset) comment = remaining.next();
    return comment.done || comment.value.start > offset;
  });
}
