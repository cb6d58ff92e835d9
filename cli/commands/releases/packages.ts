import { z } from "zod";
import { releasePackage } from "../../../protocol/api/rollouts.ts";
import { repeated } from "../../spec.ts";

type Package = z.infer<typeof releasePackage>;

export const packageSyntax = "NAME@VERSION URL sha256:HEX [addon] [signature:BASE64] [for SELECTOR]";

const packageText = z.string().transform((value, check): Package => {
  const [head = "", selector] = value.trim().split(/\s+for\s+/, 2);
  const [named = "", url = "", ...rest] = head.split(/\s+/);
  const at = named.lastIndexOf("@");
  const found: Record<string, string> = {};
  for (const part of rest) {
    const [, key, text] = /^(sha256|signature):(.+)$/.exec(part) ?? [];
    if (part === "addon") found.type = "addon";
    else if (key !== undefined && text !== undefined) found[key] = text;
    else {
      check.addIssue(`has a part that it cannot read, "${part}". Write ${packageSyntax}`);
      return z.NEVER;
    }
  }
  const read = releasePackage.safeParse({
    name: at > 0 ? named.slice(0, at) : named,
    version: at > 0 ? named.slice(at + 1) : "",
    url,
    ...found,
    ...(selector === undefined ? {} : { selector }),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  check.addIssue(
    `has a wrong ${issue?.path.join(".") || "part"}: ${issue?.message ?? "not valid"}. Write ${packageSyntax}`,
  );
  return z.NEVER;
});

export const packageOption = repeated(
  "--package <package>",
  "A program for agents that accept packages: 'otelcol@0.110.0 https://… sha256:… for role=web'; repeatable",
  z.array(packageText).default([]),
);
