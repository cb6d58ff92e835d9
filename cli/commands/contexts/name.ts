import { Failure } from "../../exit-codes.ts";

const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Refuses a name that could not be typed easily, or that could be taken for an option. */
export function contextName(name: string): string {
  if (pattern.test(name)) return name;
  throw new Failure(
    "usage",
    `"${name}" is no name for a context. Use letters, digits, dots, dashes and underscores, at most 64.`,
  );
}
