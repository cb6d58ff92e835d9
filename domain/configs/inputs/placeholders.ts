/** Where a value comes from: a variable or secret of the environment, or a label of the agent. */
export const namespaces = ["var", "secret", "agent"] as const;
export type Namespace = (typeof namespaces)[number];

/** `${var:NAME}`, `${secret:NAME}` or `${agent:label}` in a config's text; the first and last may have a default after `:-`. */
export interface Placeholder {
  namespace: Namespace;
  name: string;
  /** What stands for a name that has no value; null = there must be one. */
  fallback: string | null;
  /** Counted from 0, in UTF-16 units. */
  offset: number;
  length: number;
}

/** Text that begins as a placeholder and is none. `length` is 0 for one that does not end on its line. */
export interface BrokenPlaceholder {
  offset: number;
  length: number;
  message: string;
  hint: string;
}

export interface Scanned {
  placeholders: Placeholder[];
  broken: BrokenPlaceholder[];
  /** Offsets of `$${var:` and the like, which stand for the same text with one `$`. */
  escapes: number[];
}

/** Names of variables and secrets, as shells have them. */
export const inputName = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const labelName = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$/;

const opening = /\$?\$\{(?:var|secret|agent):/g;
const closing = /[}\n\r]/g;

/** Other `${…}` belong to the program whose config it is. Linear in the text's length; never throws. */
export function scanPlaceholders(content: string): Scanned {
  const scanned: Scanned = { placeholders: [], broken: [], escapes: [] };
  opening.lastIndex = 0;
  let closesAt = -1;
  for (let found = opening.exec(content); found; found = opening.exec(content)) {
    const offset = found.index;
    if (found[0].startsWith("$$")) {
      scanned.escapes.push(offset);
      continue;
    }
    // Looked for once, however many begin before it.
    if (closesAt < opening.lastIndex) {
      closing.lastIndex = opening.lastIndex;
      closesAt = closing.exec(content)?.index ?? content.length;
    }
    if (content[closesAt] !== "}") {
      scanned.broken.push({
        offset,
        length: 0,
        message: `"${found[0]}" does not end on its line.`,
        hint: `Write ${found[0]}NAME}, or $${found[0]} for the text itself.`,
      });
      continue;
    }
    const rest = content.slice(opening.lastIndex, closesAt);
    const length = closesAt + 1 - offset;
    opening.lastIndex = offset + length;
    const namespace = namespaceOf(found[0]);
    const parsed = parseBody(namespace, rest);
    if ("message" in parsed) scanned.broken.push({ offset, length, ...parsed });
    else scanned.placeholders.push({ namespace, ...parsed, offset, length });
  }
  return scanned;
}

function namespaceOf(opened: string): Namespace {
  return namespaces.find((one) => opened.includes(`{${one}:`)) ?? "var";
}

function parseBody(
  namespace: Namespace,
  text: string,
): Pick<Placeholder, "name" | "fallback"> | Pick<BrokenPlaceholder, "message" | "hint"> {
  const at = text.indexOf(":-");
  const name = at === -1 ? text : text.slice(0, at);
  const fallback = at === -1 ? null : text.slice(at + 2);
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  if (!(namespace === "agent" ? labelName : inputName).test(name)) {
    return {
      message: `"${shown}" is not a name of ${namespace === "agent" ? "a label" : `a ${wordOf(namespace)}`}.`,
      hint:
        namespace === "agent"
          ? "Use letters, digits, `.`, `_`, `/` and `-`, with a letter or digit at both ends."
          : "Use letters, digits and `_`, not beginning with a digit.",
    };
  }
  if (namespace === "secret" && fallback !== null) {
    return {
      message: `The secret ${name} has a default, which would stand in the text for everybody to read.`,
      hint: `Write \${secret:${name}} and set the secret.`,
    };
  }
  return { name, fallback };
}

export const wordOf = (namespace: Namespace): string =>
  ({ var: "variable", secret: "secret", agent: "label" })[namespace];

/** As people write it. */
export const formatPlaceholder = ({ namespace, name }: Pick<Placeholder, "namespace" | "name">): string =>
  `\${${namespace}:${name}}`;

/** Each once: `var:NAME`, `secret:NAME`, `agent:label`. */
export const namesOf = (placeholders: readonly Placeholder[]): string[] =>
  [...new Set(placeholders.map(({ namespace, name }) => `${namespace}:${name}`))].sort();

/** Whether the text must be filled in, and cannot be given as it is. */
export const needsFilling = (content: string): boolean => /\$\{(?:var|secret|agent):/.test(content);

/** A letter for private use: what it stands in for is not known before the text is filled in. */
export const unknownCharacter = "\uE000";

/** The text with each placeholder replaced by as many unknown characters, so that every place stays where it is. */
export function withUnknowns(content: string): string {
  const { placeholders } = scanPlaceholders(content);
  if (placeholders.length === 0) return content;
  let text = "";
  let at = 0;
  for (const { offset, length } of placeholders) {
    text += content.slice(at, offset) + unknownCharacter.repeat(length);
    at = offset + length;
  }
  return text + content.slice(at);
}

/** Whether a word of such a text holds something that is known only when it is filled in. */
export const isUnknown = (word: string): boolean => word.includes(unknownCharacter);
