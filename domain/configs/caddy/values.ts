import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { Word } from "./parse.ts";
import { choices } from "./vocabulary.ts";

export function checkValues(name: Word, args: readonly Word[], path: string, findings: Findings): void {
  if (name.text === "reverse_proxy") for (const arg of args) checkUpstream(arg, path, findings);
  else if (name.text === "encode") for (const arg of args) checkChoice("encode", arg, path, findings);
  else if (name.text === "file_server" && args[0] && args[0].text !== "browse" && !args[0].unknown) {
    findings.add({
      code: "unknown_value",
      message: `"file_server" cannot be "${args[0].text.slice(0, 60)}".`,
      at: args[0].at,
      path,
      hint: "Write `browse`, or nothing.",
    });
  } else if (
    name.text === "redir" &&
    args[1] &&
    !args[1].unknown &&
    !/^(?:3\d\d|401|permanent|temporary|html|\{.*\})$/.test(args[1].text)
  ) {
    findings.add({
      code: "bad_status",
      message: `"${args[1].text.slice(0, 60)}" is not a status of a redirect.`,
      at: args[1].at,
      path,
      hint: "Use `permanent`, `temporary`, `html` or a code such as 308.",
    });
  }
}

export function checkUpstream(word: Word, path: string, findings: Findings): void {
  const { text, unknown, at } = word;
  if (unknown || text.includes("{") || text.startsWith("unix/")) return;
  const url = /^(https?|h2c):\/\/([^/?#]*)(.*)$/.exec(text);
  if (url?.[3]) {
    findings.add({
      code: "bad_upstream",
      message: `"${text.slice(0, 60)}" has a path; an upstream is a scheme, a host and a port.`,
      at,
      path,
      hint: `Write \`${url[1]}://${url[2]}\`, and change the path with \`rewrite\`.`,
    });
    return;
  }
  const port = /:([^:\]]*)$/.exec(url?.[2] ?? text.replace(/^\w+\//, ""))?.[1];
  if (port !== undefined && !/^\d{1,5}(?:-\d{1,5})?$/.test(port)) {
    findings.add({
      code: "bad_port",
      message: `"${port.slice(0, 60)}" is not a port.`,
      at,
      path,
      hint: "Use a number from 1 to 65535.",
    });
  } else if (port?.split("-").some((one) => Number(one) > 65_535)) {
    findings.add({
      code: "bad_port",
      message: `"${port}" is not a port.`,
      at,
      path,
      hint: "Use a number from 1 to 65535.",
    });
  }
}

export function checkChoice(key: string, value: Word | undefined, path: string, findings: Findings): void {
  const allowed = Object.hasOwn(choices, key) ? choices[key] : undefined;
  if (!allowed || !value || value.unknown || value.text.startsWith("{") || allowed.includes(value.text))
    return;
  findings.add({
    code: "unknown_value",
    message: `${key} cannot be "${value.text.slice(0, 60)}".`,
    at: value.at,
    path,
    hint: suggestion(value.text, allowed),
  });
}

export function checkDuration(value: Word | undefined, path: string, findings: Findings): void {
  if (
    !value ||
    value.unknown ||
    value.text.startsWith("{") ||
    (value.text.length <= 40 && /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$|^-?0$/.test(value.text))
  )
    return;
  findings.add({
    code: "bad_duration",
    message: `"${value.text.slice(0, 60)}" is not a duration.`,
    at: value.at,
    path,
    hint: "Write a number and a unit: ms, s, m, h or d, such as `30s`.",
  });
}

export const suggestion = (name: string, known: Iterable<string>) => (): string => {
  const names = [...known];
  const meant = nearest(name, names);
  return meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(names, 20)}.`;
};
