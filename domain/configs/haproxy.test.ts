import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bad } from "../../test/fixtures/configs/haproxy/bad.ts";
import { good } from "../../test/fixtures/configs/haproxy/good.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { haproxyKind } from "./haproxy.ts";

const errorsOf = (content: string): Diagnostic[] =>
  haproxyKind.inspect(content).diagnostics.filter(({ severity }) => severity === "error");

describe("diagnostics help", () => {
  const frontend =
    "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend web\n bind :8080\n";
  it("says what was probably meant", () => {
    const [error] = errorsOf(`${frontend} opton httplog\n`);
    expect(error).toMatchObject({
      line: 8,
      column: 2,
      path: "frontend[web].opton",
      hint: "Did you mean `option`?",
    });
  });
  it("names what exists when a reference is wrong", () => {
    const [error] = errorsOf(
      `${frontend} default_backend ap\nbackend app\n server a 127.0.0.1:1\nbackend other\n server a 127.0.0.1:2\n`,
    );
    expect(error).toMatchObject({ column: 18, hint: "Did you mean `app`? There is: app and other." });
  });
  it("says where a known keyword belongs", () => {
    const [error] = errorsOf(`global\n bind :80\n${frontend}`);
    expect(error?.hint).toContain("frontend");
  });
  it("warns of a time that was meant in seconds", () => {
    const warnings = haproxyKind.inspect(`${frontend} timeout http-request 10\n`).diagnostics;
    expect(warnings).toMatchObject([{ severity: "warning", code: "time_without_unit", line: 8, column: 23 }]);
  });
  it("warns of missing timeouts, of ports bound twice, and of rules that do nothing", () => {
    const text = "frontend a\n bind :80\n http-request deny\nfrontend b\n bind *:80\n";
    expect(
      haproxyKind.inspect(text).diagnostics.map(({ severity, code, line }) => [severity, code, line]),
    ).toEqual([
      ["warning", "missing_timeout", 1],
      ["warning", "needs_http_mode", 3],
      ["warning", "missing_timeout", 4],
      ["warning", "bind_conflict", 5],
    ]);
  });
  it("warns of an `if` without a condition, which HAProxy takes for never", () => {
    expect(haproxyKind.inspect(`${frontend} http-request deny if\n`).diagnostics).toMatchObject([
      { severity: "warning", code: "missing_argument", line: 8, column: 22 },
    ]);
  });
  it("leaves words that come from the environment alone", () => {
    const text =
      'frontend "$NAME"\n bind "$ADDRESS"\n mode "${MODE}"\n timeout client "$T"\n default_backend "$B"\n';
    expect(errorsOf(text)).toEqual([]);
    expect(haproxyKind.inspect(text).references.map(({ type, name }) => [type, name])).toEqual([
      ["variable", "NAME"],
      ["variable", "ADDRESS"],
      ["variable", "MODE"],
      ["variable", "T"],
      ["variable", "B"],
    ]);
  });
  it("only warns within .if, which may not be read", () => {
    expect(errorsOf(`${frontend}.if defined(X)\n bnd :1\n default_backend nope\n.endif\n`)).toEqual([]);
  });
  it("lists what a config refers to", () => {
    const { references } = haproxyKind.inspect(
      `${frontend} bind :443 ssl crt /etc/site.pem\n default_backend app\nbackend app\n server a 127.0.0.1:1\n`,
    );
    expect(references).toEqual([
      { type: "file", name: "/etc/site.pem", line: 8, column: 20 },
      { type: "backend", name: "app", line: 9, column: 18 },
    ]);
  });
});

const corpus = [...Object.values(good), ...Object.values(bad).map(({ content }) => content)];
const mangled = fc
  .tuple(fc.constantFrom(...corpus), fc.nat(), fc.nat(60), fc.string({ unit: "binary", maxLength: 20 }))
  .map(([text, at, cut, insert]) => {
    const place = text.length === 0 ? 0 : at % text.length;
    return text.slice(0, place) + insert + text.slice(place + cut);
  });
const words = fc
  .array(
    fc.constantFrom(
      ..."global defaults frontend backend listen web from bind :80 server if { } ! or acl \n \n \" ' \\ $ ${ # no option timeout use_backend .if .endif mode \u0000 \uD800 é".split(
        " ",
      ),
      " ",
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(" "));

it("never throws, and points only at places that exist", () => {
  fc.assert(
    fc.property(fc.oneof(mangled, words, fc.string({ unit: "binary" })), (text) => {
      const lines = text.split("\n");
      for (const { line, column, message, severity } of haproxyKind.inspect(text).diagnostics) {
        expect(message).not.toBe("");
        expect(["error", "warning"]).toContain(severity);
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
      }
    }),
    { numRuns: 2_000 },
  );
});

it("reads a large config in time that grows with its size", () => {
  const backends = Array.from(
    { length: 2_000 },
    (_, n) => `backend b${n}\n server s 10.0.0.1:${(n % 60_000) + 1} check\n`,
  );
  const uses = Array.from({ length: 2_000 }, (_, n) => ` use_backend b${n} if { path /${n} }\n`);
  expect(errorsOf(`frontend web\n bind :80\n${uses.join("")}${backends.join("")}`)).toEqual([]);
});

it("lists the first problems of a text that has one on each line, and says so", () => {
  const unknown =
    "frontend f\n bind :80\n" +
    Array.from({ length: 9_000 }, (_, n) => ` use_backend bickend-${n}\n`).join("");
  const backends = Array.from({ length: 9_000 }, (_, n) => `backend backend-${n}\n`).join("");
  for (const content of [`${backends}${unknown}`, `global\n${"aaa\n".repeat(100_000)}`]) {
    const { diagnostics } = haproxyKind.inspect(content);
    expect(diagnostics.length).toBeLessThan(1_000);
    expect(diagnostics.at(-1)).toMatchObject({ severity: "warning", code: "more_problems" });
  }
  const name = "x".repeat(200_000);
  expect(errorsOf(`backend ${name}a\nfrontend f\n bind :80\n default_backend ${name}b\n`)).toMatchObject([
    { code: "unknown_backend" },
  ]);
});
