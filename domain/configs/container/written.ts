import { outsideComments } from "../inputs/comments.ts";
import {
  type Placeholder,
  scanPlaceholders,
  unknownCharacter,
  withUnknowns,
} from "../inputs/placeholders.ts";
import { lineStarts } from "../text.ts";
import { yamlComments } from "../yaml/comments.ts";
import type { Place, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import { readYaml } from "../yaml/read.ts";

/** A scalar's text taken apart: what it says, and its placeholders as they are written. */
export type Piece = { text: string } | { placeholder: string };

export interface Written {
  root: YamlNode | null;
  piecesOf(scalar: ScalarNode): Piece[];
}

/** The text as a tree, whose scalars still know the placeholders that stand in them. */
export function readWritten(content: string): Written {
  const hidden = withUnknowns(content);
  const slots = outsideComments(scanPlaceholders(content).placeholders, yamlComments(hidden));
  const starts = lineStarts(content);
  const offsetOf = ({ line, column }: Place) => (starts[line - 1] ?? 0) + column - 1;
  return {
    root: readYaml(hidden).root,
    piecesOf: (scalar) => {
      const value = typeof scalar.value === "string" ? scalar.value : scalar.text;
      const pieces: Piece[] = [];
      let next = firstFrom(slots, offsetOf(scalar.at));
      for (let at = 0; at < value.length; ) {
        const found = value.indexOf(unknownCharacter, at);
        const slot = found === -1 ? undefined : slots[next++];
        if (!slot) {
          pieces.push({ text: value.slice(at) });
          break;
        }
        if (found > at) pieces.push({ text: value.slice(at, found) });
        pieces.push({ placeholder: content.slice(slot.offset, slot.offset + slot.length) });
        at = found + slot.length;
      }
      return pieces;
    },
  };
}

/** The index of the first placeholder at or after the offset. */
function firstFrom(slots: readonly Placeholder[], offset: number): number {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
