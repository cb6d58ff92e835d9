import { isUnknown } from "../inputs/placeholders.ts";
import type { Place, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import { manifestShape } from "./manifest.ts";
import { isAlone, isEmpty, parseSize, type ScalarShape, type Shape } from "./shape.ts";
import { readWritten, type Written } from "./written.ts";

/**
 * The manifest as canonical JSON: keys sorted, sizes in bytes, two spaces a level. Texts that mean the same become the
 * same. Placeholders stay as they are written; one that stands for a number or boolean stands without quotes.
 * `image` takes the place of the reference. Text that is no manifest stays as it is.
 */
export function canonicalManifest(content: string, image: string | null): string {
  const written = readWritten(content);
  if (!written.root) return content;
  return `${write(written, written.root, manifestShape, image, "")}\n`;
}

/** The image's reference as it is written, placeholders and all. */
export function imageOf(content: string): { ref: string; at: Place } | null {
  const written = readWritten(content);
  const ref = below(below(written.root, "image"), "ref");
  if (ref?.kind !== "scalar") return null;
  const pieces = written.piecesOf(ref);
  return { ref: pieces.map((one) => ("text" in one ? one.text : one.placeholder)).join(""), at: ref.at };
}

const below = (node: YamlNode | null, key: string): YamlNode | null =>
  (node?.kind === "map" ? node.entries.find((entry) => entry.key.text === key)?.value : null) ?? null;

function write(written: Written, node: YamlNode, shape: Shape, image: string | null, indent: string): string {
  const inner = `${indent}  `;
  switch (shape.is) {
    case "list": {
      const items = node.kind === "list" ? node.items.slice(0, shape.max) : [];
      const texts = items.map((item) => `${inner}${write(written, item, shape.of, null, inner)}`);
      return texts.length === 0 ? "[]" : `[\n${texts.join(",\n")}\n${indent}]`;
    }
    case "names":
    case "object": {
      const entries = node.kind === "map" && !isEmpty(node) ? node.entries : [];
      const texts = entries
        .flatMap(({ key, value }) => {
          const own = shape.is === "object" && Object.hasOwn(shape.keys, key.text);
          const known = shape.is === "names" ? shape.of : own && shape.keys[key.text];
          return known ? [{ key: key.text, value, shape: known }] : [];
        })
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(({ key, value, shape: of }) => {
          const isRef = image !== null && key === "ref" && value.kind === "scalar";
          const text = isRef
            ? JSON.stringify(image)
            : write(written, value, of, imageBelow(key, image), inner);
          return `${inner}${JSON.stringify(key)}: ${text}`;
        });
      return texts.length === 0 ? "{}" : `{\n${texts.join(",\n")}\n${indent}}`;
    }
    default:
      return node.kind === "scalar" ? writeScalar(written, node, shape) : "null";
  }
}

/** Only `image.ref` is replaced, and no other `ref`. */
const imageBelow = (key: string, image: string | null): string | null => (key === "image" ? image : null);

function writeScalar({ piecesOf }: Written, scalar: ScalarNode, shape: ScalarShape): string {
  const typed = shape.is === "number" || shape.is === "boolean" || shape.is === "size";
  if (isUnknown(scalar.text)) {
    const pieces = piecesOf(scalar);
    const [only] = pieces;
    if (typed && isAlone(scalar) && pieces.length === 1 && only && "placeholder" in only)
      return only.placeholder;
    const inside = pieces.map((one) =>
      "text" in one ? JSON.stringify(one.text).slice(1, -1) : one.placeholder,
    );
    return `"${inside.join("")}"`;
  }
  if (shape.is === "size") return JSON.stringify(parseSize(scalar.text));
  if (typed) return JSON.stringify(scalar.value);
  return JSON.stringify(typeof scalar.value === "string" ? scalar.value : scalar.text);
}
