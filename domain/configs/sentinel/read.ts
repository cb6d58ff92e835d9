import { type Entry, getLocation, InvalidKdlError, type Node, parse } from "@bgotink/kdl";
import type { Findings, Place } from "../findings.ts";
import { isUnknown } from "../inputs/placeholders.ts";
import { placer } from "../text.ts";
import { withoutStacks } from "../without-stacks.ts";
import { scanKdl } from "./scan.ts";

export interface KdlValue {
  value: string | number | boolean | null;
  /** Known only when its placeholders are filled in. */
  unknown: boolean;
  at: Place;
}

export interface KdlNode {
  name: string;
  at: Place;
  args: KdlValue[];
  props: Map<string, KdlValue>;
  /** null = it has no block. */
  children: KdlNode[] | null;
}

/** The text's nodes, or null when it cannot be read; `findings` then says why. */
export function readKdl(text: string, findings: Findings): KdlNode[] | null {
  const { problem } = scanKdl(text);
  if (problem) {
    findings.add(problem);
    return null;
  }
  // The library's own places count code points; an editor counts UTF-16 units.
  const placeOf = placer(text);
  const placeAt = (offset: number) => placeOf(Math.min(offset, text.length));
  try {
    // The library fails on a `#` with nothing after it.
    const document = withoutStacks(() => parse(`${text}\n`, { storeLocations: true }));
    return document.nodes.map((node) => readNode(node, placeAt));
  } catch (error) {
    if (!(error instanceof InvalidKdlError)) throw error;
    for (const one of error.flat()) {
      const message = one.message.replace(/ at (?:\d+:\d+|end of input)$/, "").replace(/\s+/g, " ");
      const keyword = /^Invalid keyword "?([^\s",]+)/.exec(message)?.[1];
      const offset = one.token?.start.offset ?? one.start?.offset ?? 0;
      findings.add({
        code: keyword ? "bad_keyword" : "syntax",
        message: /[.!?]$/.test(message) ? message : `${message}.`,
        // The library names the token after a keyword.
        at: placeAt(keyword ? Math.max(0, text.lastIndexOf(keyword, offset)) : offset),
        hint: keyword
          ? 'KDL 2 writes `#true`, `#false` and `#null`, and text that looks like them in quotes: "true".'
          : 'Write `name "value" key=1 { … }`, one node a line or parted by `;`.',
      });
    }
    return null;
  }
}

function readNode(node: Node, placeAt: (offset: number) => Place): KdlNode {
  const args: KdlValue[] = [];
  const props = new Map<string, KdlValue>();
  for (const entry of node.entries) {
    const name = entry.getName();
    const value = readValue(entry, placeAt);
    if (name === null) args.push(value);
    else props.set(name, value);
  }
  return {
    name: node.getName(),
    at: placeAt(getLocation(node)?.start.offset ?? 0),
    args,
    props,
    children: node.children?.nodes.map((child) => readNode(child, placeAt)) ?? null,
  };
}

function readValue(entry: Entry, placeAt: (offset: number) => Place): KdlValue {
  const value = entry.getValue();
  return {
    value,
    unknown: typeof value === "string" && isUnknown(value),
    at: placeAt(getLocation(entry)?.start.offset ?? 0),
  };
}
