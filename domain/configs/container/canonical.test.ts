import { describe, expect, it } from "vitest";
import { good } from "../../../test/fixtures/configs/container/good.ts";
import { compileTemplate, fillTemplate } from "../inputs/template.ts";
import { validate } from "../kinds.ts";
import { canonicalManifest, imageOf } from "./canonical.ts";
import { parseImage } from "./image.ts";

describe("canonical JSON", () => {
  it.each(Object.entries(good))("says the same again, and is valid: %s", (_name, content) => {
    const canonical = canonicalManifest(content, null);
    expect(canonicalManifest(canonical, null)).toBe(canonical);
    expect(validate("container", canonical).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("is the same for texts that mean the same", () => {
    const block =
      "# note\nprocesses:\n  web:\n    resources:\n      memory: 256Mi\nimage:\n  ref: a:1\nenv: {A: 1.10}\n";
    const flow =
      '{"env": {"A": "1.10"}, "image": {"ref": "a:1"}, "processes": {"web": {"resources": {"memory": 268435456}}}}';
    expect(canonicalManifest(block, null)).toBe(canonicalManifest(flow, null));
    expect(canonicalManifest(block, null)).not.toBe(canonicalManifest(block.replace("1.10", "1.1"), null));
  });

  it("leaves out what every object has, and no manifest", () => {
    const text = "image: {ref: a:1}\nconstructor: a\n__proto__: {b: c}\nprocesses: {web: }\n";
    expect(canonicalManifest(text, null)).not.toMatch(/constructor|proto/);
  });

  it("puts the image's digest in the place of its reference, and nowhere else", () => {
    const text = "image: {ref: a:1}\nenv: {ref: a:1, image: a:1}\nprocesses: {web: }\n";
    expect(JSON.parse(canonicalManifest(text, "a:1@sha256:0"))).toEqual({
      env: { image: "a:1", ref: "a:1" },
      image: { ref: "a:1@sha256:0" },
      processes: { web: {} },
    });
  });

  it("is filled in as JSON, numbers as numbers", () => {
    const text = [
      "# ${var:COMMENT}",
      'image: {ref: "shop:${var:TAG:-1}"} # ${var:TAG}',
      'env: {A: "${var:A} and ${var:B:-b}", C: "$${var:A}", D: ${var:B:-no"pe}}',
      "processes:",
      "  web:",
      "    replicas: ${var:N:-2}",
      "    command: [app, ${agent:zone}]",
      "",
    ].join("\n");
    const template = compileTemplate("json", canonicalManifest(text, null));
    const filled = fillTemplate(template, ({ name }) => {
      if (name === "A") return { type: "string", text: 'a "quote"\n\\' };
      return name === "zone" ? { type: "string", text: "7" } : null;
    });
    expect(JSON.parse(filled)).toEqual({
      image: { ref: "shop:1" },
      env: { A: 'a "quote"\n\\ and b', C: "${var:A}", D: 'no"pe' },
      processes: { web: { replicas: 2, command: ["app", "7"] } },
    });
    expect(imageOf(text)).toEqual({ ref: "shop:${var:TAG:-1}", at: { line: 2, column: 14 } });
  });
});

describe("image references", () => {
  it.each([
    ["nginx", { registry: "docker.io", repository: "library/nginx", tag: null, digest: null }],
    ["team/app:1.4", { registry: "docker.io", repository: "team/app", tag: "1.4", digest: null }],
    ["localhost/app", { registry: "localhost", repository: "app", tag: null, digest: null }],
    ["127.0.0.1:5000/a/b:v1", { registry: "127.0.0.1:5000", repository: "a/b", tag: "v1", digest: null }],
  ])("%s", (text, expected) => {
    expect(parseImage(text)).toEqual(expected);
  });
});
