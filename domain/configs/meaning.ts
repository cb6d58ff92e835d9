import { parseAllDocuments } from "yaml";

/** Texts past this are compared as text: what a comparison may cost is bounded. */
const maxChars = 500_000;
/** So that a few nested aliases cannot unfold into millions of values. */
const maxAliases = 100;

const yamlKinds = new Set(["otel-collector", "prometheus", "container"]);

/**
 * Whether two texts of one kind say the same to the program that reads them: they differ only in comments, in white
 * space, or, where the format has no order, in the order of keys. Text of an unknown meaning means what it says, apart
 * from the ends of its lines. Never throws.
 */
export function sameMeaning(kind: string, contentType: string, a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length > maxChars || b.length > maxChars) return false;
  const read = readerOf(kind, contentType);
  const [one, other] = [read(a), read(b)];
  return one !== null && one === other;
}

/** Answers what a text means in a form that can be compared; null = it cannot be read. */
type Reader = (text: string) => string | null;

function readerOf(kind: string, contentType: string): Reader {
  if (yamlKinds.has(kind) || contentType.includes("yaml")) return readYaml;
  if (contentType.includes("json")) return readJson;
  if (kind === "file") return readLines;
  return kind === "sentinel-kdl" ? (text) => readTokens(text, "//") : (text) => readTokens(text, "#");
}

function readJson(text: string): string | null {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return null;
  }
}

function readYaml(text: string): string | null {
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
    if (!Array.isArray(documents)) return "";
    const values = documents.map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS({ maxAliasCount: maxAliases });
    });
    return JSON.stringify(sorted(values));
  } catch {
    // Not readable, nested too deep, or an alias bomb: then only equal text is the same.
    return null;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // Wrapped, so that no array of pairs reads like an object.
  return { entries: entries.map(([key, item]) => [key, sorted(item)]) };
}

const readLines: Reader = (text) =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();

/** Words line by line, without comments and indentation; what stands in quotes is one word. */
function readTokens(text: string, comment: "#" | "//"): string {
  const lines: string[] = [];
  let words: string[] = [];
  let word = "";
  let quote = "";
  const endWord = () => {
    if (word !== "") words.push(word);
    word = "";
  };
  const endLine = () => {
    endWord();
    if (words.length > 0) lines.push(words.join("\u0001"));
    words = [];
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && at + 1 < text.length) word += char + text.charAt(++at);
    else if (quote !== "") {
      word += char;
      if (char === quote) quote = "";
    } else if (char === '"' || char === "'") {
      word += char;
      quote = char;
    } else if (char === "\n") endLine();
    else if (char === " " || char === "\t" || char === "\r") endWord();
    else if (word === "" && text.startsWith(comment, at)) {
      const end = text.indexOf("\n", at);
      at = (end === -1 ? text.length : end) - 1;
    } else word += char;
  }
  endLine();
  return lines.join("\n");
}
