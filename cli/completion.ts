import { z } from "zod";
import { type CommandSpec, type GroupSpec, isGroup, type Live } from "./spec.ts";

export interface Candidate {
  name: string;
  about: string;
}

export interface Completion {
  /** Those that begin with what is typed. */
  candidates: Candidate[];
  /** Names that the server or the file of contexts knows; the caller filters them. */
  live: Live | null;
  /** What is typed so far of the name. */
  typed: string;
  /** Options given so far that say where one works: `--org acme`. */
  globals: Record<string, string>;
}

export interface GlobalOption {
  flags: string;
  about: string;
  live?: Live;
}

interface Flag {
  names: string[];
  takesValue: boolean;
  about: string;
  values: string[];
  live: Live | null;
}

/** What an enum takes, under whatever wraps it. */
export function enumValues(schema: unknown): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return enumValues(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return enumValues(schema.out);
  if (schema instanceof z.ZodArray) return enumValues(schema.element);
  return [];
}

function readFlag(flags: string, about: string, values: string[], live: Live | null): Flag {
  return {
    names: flags.match(/(?<![\w<])--?[a-z][a-z-]*/g) ?? [],
    takesValue: /[<[]/.test(flags),
    about,
    values,
    live,
  };
}

/** Bash hands `--a=b` and `a:b` over in three words. */
function joined(words: string[]): string[] {
  const whole: string[] = [];
  let joining = false;
  for (const word of words) {
    if (joining || (/^[=:]$/.test(word) && whole.length > 0)) {
      const last = whole.pop() ?? "";
      whole.push(last + word);
      joining = /^[=:]$/.test(word);
    } else {
      whole.push(word);
    }
  }
  return whole;
}

/** What may come next after these words; the last one is being typed and may be empty. */
export function complete(
  specs: (CommandSpec | GroupSpec)[],
  globalOptions: readonly GlobalOption[],
  given: string[],
): Completion {
  const words = joined(given);
  const last = words.pop() ?? "";
  const globalFlags = globalOptions.map(({ flags, about, live }) => readFlag(flags, about, [], live ?? null));
  const globals: Record<string, string> = {};
  let at: CommandSpec | GroupSpec | null = null;
  let flags = globalFlags;
  let positional = 0;
  let open: Flag | null = null;

  const enter = (spec: CommandSpec | GroupSpec) => {
    at = spec;
    if (isGroup(spec)) return;
    const own = Object.values(spec.options).map((one) =>
      readFlag(one.flags, one.about, enumValues(one.schema), one.live),
    );
    flags = [...own, ...globalFlags];
  };
  const noteGlobal = (flag: Flag, value: string) => {
    const name = flag.names.at(-1)?.slice(2);
    if (name && globalFlags.includes(flag)) globals[name] = value;
  };

  for (const word of words) {
    if (open) {
      noteGlobal(open, word);
      open = null;
      continue;
    }
    if (word.startsWith("-")) {
      const [name, value] = word.split(/=(.*)/s);
      const flag = flags.find(({ names }) => names.includes(name ?? ""));
      if (flag?.takesValue && value === undefined) open = flag;
      else if (flag && value !== undefined) noteGlobal(flag, value);
      continue;
    }
    const children: (CommandSpec | GroupSpec)[] =
      at === null ? specs : isGroup(at) ? (at as GroupSpec).commands : [];
    const child = children.find(({ name, aliases }) => name === word || aliases.includes(word));
    if (child) enter(child);
    else positional++;
  }

  const answer = (candidates: Candidate[], live: Live | null, typed: string): Completion => ({
    candidates: candidates.filter(({ name }) => name.startsWith(typed)),
    live,
    typed,
    globals,
  });
  const valuesOf = (values: string[], before = "") =>
    values.map((name) => ({ name: before + name, about: "" }));

  if (open !== null) {
    const { values, live } = open as Flag;
    return answer(valuesOf(values), live, last);
  }
  if (last.startsWith("-")) {
    const [name = "", value] = last.split(/=(.*)/s);
    if (value !== undefined) {
      const flag = flags.find(({ names }) => names.includes(name));
      return answer(valuesOf(flag?.values ?? [], `${name}=`), null, last);
    }
    return answer(
      flags.map(({ names, about }) => ({ name: names.at(-1) ?? "", about })),
      null,
      last,
    );
  }
  return answerPositional(at, specs, positional, (candidates, live) => answer(candidates, live, last));
}

function answerPositional(
  at: CommandSpec | GroupSpec | null,
  specs: (CommandSpec | GroupSpec)[],
  positional: number,
  answer: (candidates: Candidate[], live: Live | null) => Completion,
): Completion {
  if (at === null || isGroup(at)) {
    const children = at === null ? specs : at.commands;
    const help = at === null ? [{ name: "help", about: "Show the help of a command or a topic" }] : [];
    const shown = children.filter((spec) => isGroup(spec) || !spec.hidden);
    return answer([...shown.map(({ name, summary }) => ({ name, about: summary })), ...help], null);
  }
  const argument = Object.values(at.args)[positional];
  const values = enumValues(argument?.schema);
  return answer(
    values.map((name) => ({ name, about: "" })),
    argument?.live ?? null,
  );
}
