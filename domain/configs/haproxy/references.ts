import type { Finding } from "../findings.ts";
import type { Reference } from "../kind.ts";
import { listNames, nearest } from "../suggest.ts";
import { maxFindings } from "./findings.ts";
import type { Word } from "./lexer.ts";
import { type Parsed, placeOf, type Section, type Statement } from "./parse.ts";
import { isProxyType } from "./sections.ts";

/** What a name may stand for, and the section types that define it. */
const definedBy: Record<string, readonly string[]> = {
  backend: ["backend", "listen"],
  defaults: ["defaults"],
  resolvers: ["resolvers"],
  userlist: ["userlist"],
  cache: ["cache"],
  peers: ["peers"],
  mailers: ["mailers"],
  "http-errors": ["http-errors"],
  "fcgi-app": ["fcgi-app"],
  ring: ["ring"],
};

interface Use extends Reference {
  conditional: boolean;
  path: string;
}

/** Names that the config uses, and those of them that nothing defines. */
export function checkReferences(parsed: Parsed): { findings: Finding[]; references: Reference[] } {
  const uses = parsed.sections.flatMap((section) => [
    ...(section.from ? [use("defaults", section.from, section, section.header)] : []),
    ...section.statements.flatMap((statement) => readUses(section, statement)),
  ]);
  const defined = new Map(
    Object.entries(definedBy).map(([type, sections]) => [type, namesOf(parsed, sections)] as const),
  );
  const findings: Finding[] = [];
  for (const one of uses) {
    const names = defined.get(one.type);
    if (!names || names.any || names.known.has(one.name)) continue;
    if (one.type === "resolvers" && one.name === "default") continue;
    if (findings.length >= maxFindings) break;
    const known = [...names.known];
    const meant = nearest(one.name, known);
    const exist =
      known.length > 0
        ? `There is: ${listNames(known)}.`
        : `The config has no ${definedBy[one.type]?.join(" or ")} section with a name.`;
    findings.push({
      severity: one.conditional ? "warning" : "error",
      code: `unknown_${one.type.replace("-", "_")}`,
      message: `There is no ${one.type} "${one.name}".`,
      at: { line: one.line, column: one.column },
      path: one.path,
      hint: meant ? `Did you mean \`${meant}\`? ${exist}` : exist,
    });
  }
  const references = uses.map(({ type, name, line, column }) => ({ type, name, line, column }));
  return { findings, references };
}

/** `any`: one of the sections takes its name from the environment, so every name may exist. */
function namesOf(parsed: Parsed, types: readonly string[]): { known: Set<string>; any: boolean } {
  const sections = parsed.sections.filter(({ type }) => types.includes(type));
  return {
    known: new Set(sections.flatMap(({ name }) => name ?? [])),
    any: sections.some(({ header }) => header.args[0]?.variable),
  };
}

function use(type: string, word: Word, section: Section, statement: Statement, name = word.text): Use {
  const { line, column } = placeOf(statement, word);
  return { type, name, line, column, conditional: statement.conditional, path: section.path };
}

function readUses(section: Section, statement: Statement): Use[] {
  if (statement.keyword.variable) return [];
  const found: Use[] = [];
  const add = (type: string, word: Word | undefined, name?: string) => {
    if (word && !word.variable && word.text !== "" && !(name ?? word.text).includes("%[")) {
      found.push(use(type, word, section, statement, name));
    }
  };
  const { args } = statement;
  const keyword = statement.keyword.text;
  switch (keyword) {
    case "use_backend":
    case "default_backend":
      add("backend", args[0]);
      break;
    case "use-fcgi-app":
      add("fcgi-app", args[0]);
      break;
    case "errorfiles":
      add("http-errors", args[0]);
      break;
    case "errorfile":
      add("file", args[1]);
      break;
    case "filter":
      if (args[0]?.text === "cache") add("cache", args[1]);
      break;
    case "email-alert":
      if (args[0]?.text === "mailers") add("mailers", args[1]);
      break;
    case "stick-table":
      add("peers", after(args, "peers"));
      break;
    case "log":
      if (args[0]?.text.startsWith("ring@")) add("ring", args[0], args[0].text.slice("ring@".length));
      break;
    case "http-request":
    case "http-response":
      if (args[0]?.text === "cache-use" || args[0]?.text === "cache-store") add("cache", args[1]);
      break;
    case "server":
    case "server-template":
    case "default-server":
      add("resolvers", after(args, "resolvers"));
      add("file", after(args, "crt"));
      add("file", after(args, "ca-file"));
      break;
    case "bind":
      add("file", after(args, "crt"));
      add("file", after(args, "ca-file"));
      break;
  }
  if (isProxyType(section.type)) found.push(...readCalls(section, statement));
  return found;
}

const after = (args: readonly Word[], name: string): Word | undefined => {
  const at = args.findIndex(({ text }) => text === name);
  return at === -1 ? undefined : args[at + 1];
};

/** Names within calls, such as `http_auth(people)` and `do-resolve(txn.ip,dns,ipv4)`. */
function readCalls(section: Section, statement: Statement): Use[] {
  return statement.args.flatMap((word) => {
    if (word.variable) return [];
    const users = [...word.text.matchAll(/\bhttp_auth(?:_group)?\(([^)]+)\)/g)].map(([, name = ""]) =>
      use("userlist", word, section, statement, name.trim()),
    );
    const resolvers = /^do-resolve\([^,)]+,([^,)]+)/.exec(word.text)?.[1];
    return resolvers ? [...users, use("resolvers", word, section, statement, resolvers.trim())] : users;
  });
}
