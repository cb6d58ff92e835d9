import { type Document, parseDocument } from "yaml";
import type { z } from "zod";
import { isId } from "../../../domain/ids.ts";
import { startRolloutBody } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { findConfig, splitVersion } from "../configs/find.ts";
import { readSource } from "../configs/source.ts";
import { findRelease } from "../releases/find.ts";
import { checkTerms, refusedFields } from "./check-terms.ts";

const [ofRelease, ofAssignments] = startRolloutBody.options;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseYaml(text: string, name: string): Record<string, unknown> {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const before = text.slice(0, error.pos[0]).split("\n");
    const place = `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw new Failure("usage", `${place}: ${error.message}. The file is YAML (or JSON).`);
  }
  const value = readValue(document, name);
  if (isRecord(value)) return value;
  throw new Failure(
    "usage",
    `${name} is not a plan: it must be a map with release or assignments, strategy, gates.`,
  );
}

function readValue(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias without its anchor, or too many of them.
    if (!(error instanceof ReferenceError)) throw error;
    throw new Failure("usage", `${name}: ${error.message}. The file is YAML (or JSON).`);
  }
}

/** `config: greeting` or `greeting@3` becomes its id and its version. */
async function resolveAssignment(cli: Cli, projectId: string, raw: unknown): Promise<unknown> {
  if (!isRecord(raw) || typeof raw.config !== "string" || isId("config", raw.config)) return raw;
  const { name, version } = splitVersion(raw.config);
  const found = await findConfig(cli, name, projectId);
  return { ...raw, config: found.id, ...(version === null ? {} : { version }) };
}

async function resolveNames(cli: Cli, projectId: string, raw: Record<string, unknown>) {
  if ("release" in raw) {
    const wanted = typeof raw.release === "number" ? String(raw.release) : raw.release;
    if (typeof wanted !== "string") return raw;
    return { ...raw, release: (await findRelease(cli, wanted)).id };
  }
  if (!Array.isArray(raw.assignments)) return raw;
  const assignments = await Promise.all(raw.assignments.map((one) => resolveAssignment(cli, projectId, one)));
  return { ...raw, assignments };
}

/**
 * The body of a rollout, from YAML or JSON: as the API takes it, and with names in place of ids. `more` goes over it.
 * @throws Failure with the field when it is not one
 */
export async function readPlanFile(
  cli: Cli,
  file: string,
  projectId: string,
  more: Record<string, unknown>,
): Promise<z.input<typeof startRolloutBody>> {
  const name = file === "-" ? "standard input" : file;
  const raw = parseYaml(await readSource(cli, file), name);
  const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  return planBody(cli, name, projectId, raw, given);
}

/** The same of what is read already; `name` is where it stands. */
export async function planBody(
  cli: Cli,
  name: string,
  projectId: string,
  raw: Record<string, unknown>,
  more: Record<string, unknown>,
): Promise<z.input<typeof startRolloutBody>> {
  const schema = "release" in raw ? ofRelease : ofAssignments;
  const body = { ...(await resolveNames(cli, projectId, raw)), ...more };
  const read = schema.safeParse(body);
  if (!read.success) {
    throw new Failure(
      "usage",
      `${name} is not a plan that can be carried out. Mend what is named below; nothing was sent.`,
      { errors: refusedFields(read.error) },
    );
  }
  const { strategy, gates, schedule, overrideFreeze } = read.data;
  const terms = { strategy, gates, schedule, ...(overrideFreeze === undefined ? {} : { overrideFreeze }) };
  checkTerms(terms, "packages" in read.data ? read.data.packages : [], cli.io.now());
  // What was read, not what it became: the server fills in what is left out.
  return body as z.input<typeof startRolloutBody>;
}
