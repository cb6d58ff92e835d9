import { describe, expect, it } from "vitest";
import { compileConfig, getKind, inputNames, kinds, validate } from "../kinds.ts";
import { fillTemplate } from "./template.ts";

const hash = (before: string, after: string) => `# ${before}\n${after} # ${before}\n`;

/** By kind: a config that names an input in its text, and one in each place where a comment may stand. */
const commented: Record<string, (inComment: string, inText: string) => string> = {
  "otel-collector": (inComment, inText) =>
    hash(inComment, `exporters:\n  otlp:\n    endpoint: "${inText}#${inText}"`),
  haproxy: (inComment, inText) => hash(inComment, `global\n    node 'a#${inText}' `),
  "sentinel-kdl": (inComment, inText) =>
    `// ${inComment}\nsystem { user "//${inText}" /* ${inComment} /* ${inComment} */ */ } // ${inComment}`,
  nginx: (inComment, inText) => hash(inComment, `user a#${inText} "#${inText}";`),
  caddy: (inComment, inText) => hash(inComment, `:8080 {\n\trespond "#${inText}" a#${inText}\n}`),
  prometheus: (inComment, inText) => hash(inComment, `global:\n  query_log_file: '#${inText}'`),
  container: (inComment, inText) => hash(inComment, `image:\n  ref: a\nenv:\n  A: "#${inText}"`),
};

it("is asked of every kind that has comments", () => {
  expect(Object.keys(commented).sort()).toEqual(
    kinds
      .filter(({ comments }) => comments)
      .map(({ kind }) => kind)
      .sort(),
  );
});

describe.each(Object.entries(commented))("a placeholder in a comment of %s", (kind, written) => {
  const { quoting } = getKind(kind);
  const fill = (content: string) => {
    const template = compileConfig(kind, quoting, content);
    return { template, text: fillTemplate(template, () => ({ type: "string", text: "hidden" })) };
  };

  it("stays as it is, and is named by nobody", () => {
    const content = written("${secret:OLD} ${var:B} ${agent:c}", "${secret:NEW}");
    expect(inputNames(kind, content)).toEqual(["secret:NEW"]);
    const { template, text } = fill(content);
    expect(new Set(template.slots.map(({ name }) => name))).toEqual(new Set(["NEW"]));
    expect(text).toBe(written("${secret:OLD} ${var:B} ${agent:c}", "hidden"));
  });

  it("keeps its escape, which the text loses", () => {
    expect(fill(written("$${secret:OLD}", "$${secret:NEW}")).text).toBe(
      written("$${secret:OLD}", "${secret:NEW}"),
    );
  });

  it("needs no value and may be broken", () => {
    const content = written("${var:}", "text");
    expect(compileConfig(kind, quoting, content).slots).toEqual([]);
    expect(validate(kind, content).map(({ code }) => code)).not.toContain("bad_placeholder");
  });
});

it("takes the sign of a comment within a placeholder for a part of it", () => {
  for (const kind of ["haproxy", "nginx", "caddy", "otel-collector"]) {
    expect(inputNames(kind, "a: ${var:A:-x # y} ${var:B}\n")).toEqual(["var:A", "var:B"]);
  }
});

it("fills in a file of no known form as a whole", () => {
  expect(inputNames("file", "# ${secret:A}\n")).toEqual(["secret:A"]);
  expect(compileConfig("file", "raw", "# ${secret:A}\n").slots).toHaveLength(1);
});
