import type { Findings } from "../findings.ts";
import type { Reference } from "../kind.ts";
import { listNames, nearest } from "../suggest.ts";
import { checkAddresses } from "./addresses.ts";
import type { Segment, Word } from "./parse.ts";
import { checkChoice, checkDuration, checkUpstream, checkValues, suggestion } from "./values.ts";
import { type DirectiveRule, directives, durations, globalOptions, matchers } from "./vocabulary.ts";

interface Context {
  findings: Findings;
  references: Reference[];
  /** Defined by `(name) { … }`. */
  snippets: ReadonlySet<string>;
  /** Of plugins: the config orders them itself. */
  ordered: ReadonlySet<string>;
  /** Matchers within snippets: an import may bring them. */
  ofSnippets: ReadonlySet<string>;
}

/** A whole Caddyfile: global options, snippets, sites. */
export function checkCaddyfile(segments: readonly Segment[], findings: Findings): Reference[] {
  const [first] = segments;
  if (!first) {
    findings.add({
      code: "empty",
      message: "The Caddyfile is empty.",
      at: { line: 1, column: 1 },
      hint: "Write a site such as `:8080 { … }`.",
    });
    return [];
  }
  const snippets = segments.filter(isSnippet);
  const context: Context = {
    findings,
    references: [],
    snippets: new Set(snippets.map(({ words: [name] }) => name?.text.slice(1, -1) ?? "")),
    ordered: new Set(
      (first.words.length === 0 ? (first.block ?? []) : [])
        .filter(({ words: [name] }) => name?.text === "order")
        .map(({ words }) => words[1]?.text ?? ""),
    ),
    ofSnippets: new Set(snippets.flatMap(({ block }) => [...matchersOf(block ?? [])])),
  };
  const sites = new Map<string, Word>();
  let pending: Word[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.words.length === 0) {
      if (index === 0) checkGlobals(segment.block ?? [], context);
      else
        findings.add({
          code: "misplaced_globals",
          message: "The block of global options has to be the first.",
          at: segment.at,
          hint: "Move it to the top, or write the site's address before the brace.",
        });
    } else if (isSnippet(segment)) checkRoute(segment.block ?? [], context, "snippet", new Set());
    else if (segment.words[0]?.text === "import") checkImport(segment, context, "import");
    else if (segment.words[0]?.text.startsWith("&("))
      checkRoute(segment.block ?? [], context, "route", new Set());
    else {
      const addresses = [...pending, ...segment.words];
      if (segment.block === null && segment.words.at(-1)?.text.endsWith(",")) {
        pending = addresses;
        continue;
      }
      pending = [];
      checkAddresses(addresses, sites, findings);
      if (segment.block === null) {
        checkBareSite(segments.slice(index + 1), segment, context);
        break;
      }
      checkRoute(segment.block, context, addresses[0]?.text.replace(/,$/, "") ?? "", new Set());
    }
  }
  return context.references;
}

const isSnippet = ({ words: [name] }: Segment): boolean =>
  name !== undefined && /^\([^()]*\)$/.test(name.text);

/** One site may stand without braces: the rest of the text is its own. */
function checkBareSite(rest: readonly Segment[], { words: [address] }: Segment, context: Context): void {
  const second = rest.find(
    ({ words: [word], block }) =>
      word &&
      !word.unknown &&
      /^(?::\d+|https?:\/\/.*|[\w*-]+(?:\.[\w-]+)+(?::\d+)?)$/.test(word.text) &&
      (block === null || !directives.has(word.text)),
  );
  if (second) {
    context.findings.add({
      code: "missing_braces",
      message: `"${second.words[0]?.text.slice(0, 60)}" looks like a second site, and the one on line ${address?.at.line} has no braces.`,
      at: second.at,
      hint: "Put the directives of each site in braces.",
    });
    return;
  }
  checkRoute(rest, context, address?.text ?? "", new Set());
}

function checkGlobals(block: readonly Segment[], context: Context): void {
  const { findings } = context;
  for (const {
    words: [name, value],
    at,
  } of block) {
    if (!name || name.unknown || !/^[a-z_]+$/.test(name.text)) continue;
    const path = `global.${name.text}`;
    if (!globalOptions.has(name.text)) {
      findings.add({
        code: "unknown_option",
        message: `Unknown global option "${name.text.slice(0, 60)}".`,
        at,
        path,
        hint: suggestion(name.text, globalOptions),
      });
      continue;
    }
    if (name.text === "import") continue;
    if (
      /^https?_port$/.test(name.text) &&
      value &&
      !value.unknown &&
      (!/^\d{1,5}$/.test(value.text) || Number(value.text) > 65_535)
    ) {
      findings.add({
        code: "bad_port",
        message: `"${value.text.slice(0, 60)}" is not a port.`,
        at: value.at,
        path,
        hint: "Use a number from 1 to 65535.",
      });
    }
    checkChoice(name.text, value, path, findings);
    if (durations.has(name.text)) checkDuration(value, path, findings);
  }
}

const matchersOf = (block: readonly Segment[]): Set<string> =>
  new Set(block.flatMap(({ words: [name] }) => (name?.text.startsWith("@") ? [name.text] : [])));

/** The directives of a site, a snippet or a `handle`, each of which may define matchers. */
function checkRoute(
  block: readonly Segment[],
  context: Context,
  path: string,
  outer: ReadonlySet<string>,
): void {
  const { findings } = context;
  const known = new Set([...outer, ...matchersOf(block)]);
  if (block.some(({ words: [name] }) => name?.text === "import"))
    for (const one of context.ofSnippets) known.add(one);
  // What is imported is not seen from here, so a snippet's own uses are judged where it stands.
  const open =
    path === "snippet" ||
    block.some(
      ({ words: [name, what] }) => name?.text === "import" && !context.snippets.has(what?.text ?? ""),
    );
  const seen = new Map<string, Word>();
  for (const segment of block) {
    const [name] = segment.words;
    if (!name) {
      findings.add({
        code: "unexpected_brace",
        message: "A block stands here without a directive.",
        at: segment.at,
        path,
        hint: "Write the directive before the brace, on its line.",
      });
      continue;
    }
    if (name.unknown) continue;
    if (name.text.startsWith("@")) checkMatcher(segment, name, seen, path, findings);
    else if (name.text === "import") checkImport(segment, context, `${path}.import`);
    else checkDirective(segment, name, context, `${path}.${name.text.slice(0, 60)}`, known, open);
  }
}

function checkMatcher(
  { words, block, at }: Segment,
  name: Word,
  seen: Map<string, Word>,
  path: string,
  findings: Findings,
): void {
  const before = seen.get(name.text);
  if (before) {
    findings.add({
      code: "duplicate_matcher",
      message: `${name.text} is defined already, on line ${before.at.line}.`,
      at: name.at,
      path: `${path}.${name.text}`,
      hint: "Give one of them another name.",
    });
  } else seen.set(name.text, name);
  const kinds = words.length > 1 ? [words[1]] : (block ?? []).map(({ words: [kind] }) => kind);
  if (kinds.length === 0) {
    findings.add({
      code: "empty_matcher",
      message: `${name.text.slice(0, 60)} matches nothing in particular.`,
      at,
      path: `${path}.${name.text}`,
      hint: `Write for example \`${name.text} path /api/*\`.`,
    });
  }
  for (const kind of kinds) {
    if (!kind || kind.unknown || kind.quoted || matchers.has(kind.text) || kind.text.startsWith("{"))
      continue;
    findings.add({
      code: "unknown_matcher_type",
      message: `Unknown matcher "${kind.text.slice(0, 60)}".`,
      at: kind.at,
      path: `${path}.${name.text}`,
      hint: suggestion(kind.text, matchers),
    });
  }
}

function checkImport(
  { words: [, name], at }: Segment,
  { snippets, references, findings }: Context,
  path: string,
): void {
  if (!name) {
    findings.add({
      code: "wrong_arguments",
      message: '"import" does not say what.',
      at,
      path,
      hint: "Write the name of a snippet or file.",
    });
    return;
  }
  if (name.unknown) return;
  const file = /[./*]/.test(name.text);
  references.push({ type: file ? "file" : "snippet", name: name.text, ...name.at });
  if (file || snippets.has(name.text)) return;
  findings.add({
    code: "unknown_snippet",
    message: `There is no snippet "(${name.text.slice(0, 60)})".`,
    at: name.at,
    path,
    hint: () => {
      const meant = nearest(name.text, snippets);
      if (meant) return `Did you mean \`${meant}\`?`;
      return snippets.size > 0
        ? `There is: ${listNames([...snippets])}.`
        : `Define it above: \`(${name.text}) { … }\`.`;
    },
  });
}

function checkDirective(
  segment: Segment,
  name: Word,
  context: Context,
  path: string,
  known: ReadonlySet<string>,
  open: boolean,
): void {
  const { findings, ordered } = context;
  const rule = directives.get(name.text);
  if (!rule) {
    if (ordered.has(name.text)) return;
    findings.add({
      code: "unknown_directive",
      message: `Unknown directive "${name.text.slice(0, 60)}".`,
      at: name.at,
      path,
      hint: () => {
        const meant = nearest(name.text, directives.keys());
        return meant
          ? `Did you mean \`${meant}\`?`
          : "A plugin's directive needs `order` among the global options.";
      },
    });
    return;
  }
  const args = segment.words.slice(1);
  const matcher = !rule.plain && args[0] && isMatcher(args[0]) ? args[0] : null;
  if (matcher?.text.startsWith("@") && !matcher.unknown) {
    context.references.push({ type: "matcher", name: matcher.text, ...matcher.at });
    if (!known.has(matcher.text) && !open) {
      findings.add({
        code: "unknown_matcher",
        message: `There is no matcher ${matcher.text.slice(0, 60)}.`,
        at: matcher.at,
        path,
        hint: () => {
          const meant = nearest(matcher.text, known);
          if (meant) return `Did you mean \`${meant}\`?`;
          return known.size > 0
            ? `There is: ${listNames([...known])}.`
            : `Define it in this site: \`${matcher.text} path /…\`.`;
        },
      });
    }
  }
  checkCount(segment, name, rule, matcher ? args.slice(1) : args, path, findings);
  checkValues(name, matcher ? args.slice(1) : args, path, findings);
  if (segment.block === null) return;
  if (rule.block === null) {
    findings.add({
      code: "unexpected_block",
      message: `"${name.text}" takes no block.`,
      at: name.at,
      path,
      hint: "Remove the braces and what they hold.",
    });
  } else if (rule.block === "directives") checkRoute(segment.block, context, path, known);
  else if (rule.block !== "any") checkLines(segment.block, name, rule.block, context, path);
}

const isMatcher = ({ text, quoted }: Word): boolean =>
  !quoted && (text === "*" || text.startsWith("@") || text.startsWith("/"));

function checkCount(
  { words }: Segment,
  name: Word,
  { min, max, block }: DirectiveRule,
  args: readonly Word[],
  path: string,
  findings: Findings,
): void {
  // A lone path may be meant as the value: `root /srv`, `rewrite /index.html`, `redir /new`.
  const given = args.length < min && words.length > 1 ? words.length - 1 : args.length;
  if (given < min && !(name.text === "php_fastcgi")) {
    findings.add({
      code: "wrong_arguments",
      message: `"${name.text}" lacks a value.`,
      at: { line: name.at.line, column: name.at.column + name.text.length },
      path,
      hint: `It takes ${min === max ? min : `at least ${min}`}.`,
    });
  } else if (args.length > max && !(block === "any" && max === 0)) {
    const extra = args[max];
    if (extra)
      findings.add({
        code: "wrong_arguments",
        message: `"${extra.text.slice(0, 60)}" is one value too many for "${name.text}".`,
        at: extra.at,
        path,
        hint: "Remove it, or quote what belongs together.",
      });
  }
}

function checkLines(
  block: readonly Segment[],
  name: Word,
  lines: readonly string[],
  context: Context,
  path: string,
): void {
  const { findings } = context;
  for (const { words, at, block: inner } of block) {
    const [first, value] = words;
    if (!first || first.unknown || first.text === "import") continue;
    const where = `${path}.${first.text.slice(0, 60)}`;
    if (!lines.includes(first.text)) {
      findings.add({
        code: "unknown_subdirective",
        message: `"${name.text}" knows no "${first.text.slice(0, 60)}".`,
        at,
        path: where,
        hint: suggestion(first.text, lines),
      });
      continue;
    }
    checkChoice(name.text === "log" ? `log ${first.text}` : first.text, value, where, findings);
    if (first.text === "protocols" && name.text === "tls") checkChoice(first.text, words[2], where, findings);
    if (durations.has(first.text)) checkDuration(value, where, findings);
    if (first.text === "to") for (const upstream of words.slice(1)) checkUpstream(upstream, where, findings);
    if (first.text === "handle_response" && inner)
      checkRoute(inner, context, where, new Set(matchersOf(block)));
  }
}
