/** At most 3 bytes each in UTF-8: under the 2 MB that the platform allows a row, however long agents' errors are. */
const charsPerChunk = 600_000;

/** JSON arrays of the items (JSON each), in order, each small enough for a row. */
export function* chunksOf(items: Iterable<string>): Iterable<{ text: string; size: number }> {
  let texts: string[] = [];
  let chars = 0;
  for (const item of items) {
    if (texts.length > 0 && chars + item.length >= charsPerChunk) {
      yield { text: `[${texts.join()}]`, size: texts.length };
      texts = [];
      chars = 0;
    }
    texts.push(item);
    chars += item.length + 1;
  }
  if (texts.length > 0) yield { text: `[${texts.join()}]`, size: texts.length };
}
