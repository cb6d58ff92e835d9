import { z } from "zod";
import type { CommandSpec } from "./spec.ts";

type Json = Record<string, unknown>;

/** What a program may meet later, from a newer server, is no fault: members that are not named are allowed. */
function open(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(open);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === "additionalProperties" && value === false))
      .map(([key, value]) => [key, open(value)]),
  );
}

/** JSON Schema (2020-12) of what a command prints with `--json`; `strict` allows nothing that is not named. */
export function schemaOf(name: string, spec: CommandSpec, strict = false): Json | null {
  if (spec.answer === null) return null;
  const made = z.toJSONSchema(spec.answer, { io: "output", unrepresentable: "any" }) as Json;
  const title = `muster ${name} --json`;
  const description = spec.lines ? "JSON lines: each line is one of these." : "One document.";
  const schema = { title, description, ...made };
  // Only members are taken out: it stays an object.
  return strict ? schema : (open(schema) as Json);
}
