import { z } from "zod";
import type { Cli } from "./cli.ts";

/** Options and arguments are data: the parser, `--help`, completion and the reference page all come from it. */
export interface OptionSpec<S extends z.ZodType = z.ZodType> {
  /** As commander writes them: `-m, --message <text>`. */
  flags: string;
  about: string;
  /** Reads the raw text (`true` for a bare flag, a list when `repeat`), and gives the default. */
  schema: S;
  repeat: boolean;
  /** What completion offers for it beside the values of an enum. */
  live: Live | null;
}

/** Lists of names that completion asks the server for. */
export const liveNames = [
  "agent",
  "config",
  "context",
  "environment",
  "fleet",
  "key",
  "member",
  "organization",
  "project",
  "release",
  "role",
  "rollout",
  "service-account",
  "team",
  "template",
  "token",
] as const;
export type Live = (typeof liveNames)[number];

export interface ArgumentSpec<S extends z.ZodType = z.ZodType> {
  about: string;
  schema: S;
  optional: boolean;
  /** It takes all the words that are left. */
  rest: boolean;
  live: Live | null;
}

type Options = Record<string, OptionSpec>;
type Arguments = Record<string, ArgumentSpec>;

interface Inputs<A extends Arguments, O extends Options> {
  args: { [K in keyof A]: z.output<A[K]["schema"]> };
  options: { [K in keyof O]: z.output<O[K]["schema"]> };
}

interface Definition<A extends Arguments, O extends Options> {
  name: string;
  aliases?: string[];
  /** One line for the list of commands. */
  summary: string;
  /** What more there is to know. */
  about?: string;
  args?: A;
  options?: O;
  /** Each is a whole command line. */
  examples: string[];
  /** What `--json` prints: one such document or, with `lines`, one a line. Null: it prints what is not JSON. */
  answer: z.ZodType | null;
  lines?: boolean;
  /** It tells apart "nothing changes" (0), any error (1) and "something changes" (2), as scripts expect of a diff. */
  differs?: boolean;
  /** What every error of Muster's own ends with, where other codes are those of what it ran. */
  ownErrors?: number;
  hidden?: boolean;
  run(cli: Cli, inputs: Inputs<A, O>): Promise<void>;
}

export interface CommandSpec {
  name: string;
  aliases: string[];
  summary: string;
  about: string;
  args: Arguments;
  options: Options;
  examples: string[];
  answer: z.ZodType | null;
  lines: boolean;
  differs: boolean;
  ownErrors: number | null;
  hidden: boolean;
  run(cli: Cli, raw: { args: Record<string, unknown>; options: Record<string, unknown> }): Promise<void>;
}

export interface GroupSpec {
  name: string;
  aliases: string[];
  summary: string;
  commands: (CommandSpec | GroupSpec)[];
  /** The command that runs when none is named. */
  standard: string | null;
}

/** Every command with the words that call it. */
export function everyCommand(
  specs: (CommandSpec | GroupSpec)[],
  before: string[] = [],
): { name: string; spec: CommandSpec }[] {
  return specs.flatMap((spec) =>
    isGroup(spec)
      ? everyCommand(spec.commands, [...before, spec.name])
      : [{ name: [...before, spec.name].join(" "), spec }],
  );
}

export const isGroup = (spec: CommandSpec | GroupSpec): spec is GroupSpec => "commands" in spec;

/** Thrown for a value that the schema refuses; `where` is the flag or the argument. */
export class BadValue extends Error {
  readonly where: string;
  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

function read(
  specs: Record<string, { schema: z.ZodType }>,
  raw: Record<string, unknown>,
  label: (key: string) => string,
) {
  return Object.fromEntries(
    Object.entries(specs).map(([key, { schema }]) => {
      const parsed = schema.safeParse(raw[key]);
      if (parsed.success) return [key, parsed.data];
      throw new BadValue(label(key), parsed.error.issues[0]?.message ?? "is not valid");
    }),
  );
}

export function command<A extends Arguments = Record<never, never>, O extends Options = Record<never, never>>(
  definition: Definition<A, O>,
): CommandSpec {
  const args: Arguments = definition.args ?? {};
  const options: Options = definition.options ?? {};
  return {
    name: definition.name,
    aliases: definition.aliases ?? [],
    summary: definition.summary,
    about: definition.about ?? "",
    args,
    options,
    examples: definition.examples,
    answer: definition.answer,
    lines: definition.lines ?? false,
    differs: definition.differs ?? false,
    ownErrors: definition.ownErrors ?? null,
    hidden: definition.hidden ?? false,
    run: (cli, raw) =>
      definition.run(cli, {
        args: read(args, raw.args, (key) => `<${key}>`),
        options: read(options, raw.options, (key) => options[key]?.flags ?? key),
        // Every key was just read by the schema that its type comes from.
      } as Inputs<A, O>),
  };
}

export function group(
  name: string,
  summary: string,
  commands: (CommandSpec | GroupSpec)[],
  more: { aliases?: string[]; standard?: string } = {},
): GroupSpec {
  return { name, summary, commands, aliases: more.aliases ?? [], standard: more.standard ?? null };
}

export const text = z.string({ error: "is missing" }).min(1, { error: "must not be empty" });
export const whole = (least: number, most: number) =>
  z.coerce
    .number({ error: "must be a number" })
    .int({ error: "must be a whole number" })
    .min(least, { error: `must be ${least} or more` })
    .max(most, { error: `must be ${most} or less` });

/** One of a fixed list, named in the help and in the error. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of: ${values.join(", ")}` });

const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `45`, `45s`, `10m`, `2h`, `7d` → seconds. */
export const durationSeconds = z
  .string()
  .regex(/^\d{1,9}[smhd]?$/, { error: "must be a duration such as 30s, 10m, 2h or 7d" })
  .transform((value) => {
    const unit = value.at(-1) ?? "";
    return Number.parseInt(value, 10) * (unit in seconds ? seconds[unit as keyof typeof seconds] : 1);
  });

export const option = <S extends z.ZodType>(
  flags: string,
  about: string,
  schema: S,
  live: Live | null = null,
): OptionSpec<S> => ({ flags, about, schema, repeat: false, live });
/** An option that may be given several times; its schema reads the list. */
export const repeated = <S extends z.ZodType>(
  flags: string,
  about: string,
  schema: S,
  live: Live | null = null,
): OptionSpec<S> => ({ flags, about, schema, repeat: true, live });
export const flag = (flags: string, about: string) => option(flags, about, z.boolean().default(false));
export const argument = <S extends z.ZodType>(
  about: string,
  schema: S,
  live: Live | null = null,
): ArgumentSpec<S> => ({ about, schema, optional: schema.safeParse(undefined).success, rest: false, live });
/** All the words that are left; its schema reads the list. */
export const words = (about: string): ArgumentSpec<z.ZodArray<z.ZodString>> => ({
  about,
  schema: z.array(z.string()),
  optional: true,
  rest: true,
  live: null,
});

/** Of what cannot be taken back. */
export const yesOption = flag("-y, --yes", "Do not ask");

/** `--limit` and `--cursor`, the same on every list. */
export const paging = {
  limit: option("--limit <n>", "How many items at most (default 100)", whole(1, 10_000).default(100)),
  cursor: option("--cursor <cursor>", "Go on from `nextCursor` of an earlier list", text.optional()),
};
