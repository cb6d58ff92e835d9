import { readdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { formatSelector, parseSelector, SelectorError } from "../../../domain/fleets/selector.ts";
import { configLabels } from "../../../protocol/api/configs.ts";
import { startRolloutBody } from "../../../protocol/api/rollouts.ts";
import { slug } from "../../../protocol/api/shared.ts";
import { createVariableBody, inputNameField } from "../../../protocol/api/variables.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { splitVersion } from "../configs/find.ts";
import { readSource } from "../configs/source.ts";
import { refusedFields } from "../deploy/check-terms.ts";

/** Where a document stands, for messages: its file, and which of several it is. */
type Where = { where: string };

/** In its one written form, as the server keeps it. */
const writtenSelector = z
  .string()
  .max(1000)
  .transform((written, { addIssue }) => {
    try {
      return formatSelector(parseSelector(written));
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });
const selector = z.string().default("").pipe(writtenSelector);

export interface ConfigDocument extends Where {
  name: string;
  kind: string | undefined;
  content: string | undefined;
  /** What errors in the content are named by: its file, or the config where it stands in the document. */
  source: string;
  labels: Record<string, string> | undefined;
  message: string | undefined;
}

export interface WrittenAssignment {
  /** A config by name, with what follows the `@`: null = the latest. Or the labels of many. */
  of:
    | { name: string; version: number | string | null }
    | { configs: string; version: number | string | null };
  selector: string;
  fileName: string | undefined;
}

export interface FleetDocument extends Where {
  fleet: string;
  assignments: WrittenAssignment[];
  /** As a plan file has it, the assignments by name. */
  plan: Record<string, unknown>;
}

export interface VariablesDocument extends Where {
  environment: string;
  variables: {
    name: string;
    type: z.input<typeof createVariableBody>["type"];
    value: unknown;
    /** A fleet of the environment; null = all of them. */
    fleet: string | null;
    selector: string;
    description: string | undefined;
  }[];
}

export interface Described {
  configs: ConfigDocument[];
  fleets: FleetDocument[];
  variables: VariablesDocument[];
}

const configDocument = z.strictObject({
  config: slug,
  kind: z.string().min(1).optional(),
  file: z.string().min(1).optional(),
  content: z.string().optional(),
  labels: configLabels.optional(),
  message: z.string().max(500).optional(),
});
const variableRow = createVariableBody
  .omit({ fleet: true, description: true })
  .extend({ fleet: z.string().min(1).optional(), selector, description: z.string().max(500).optional() });
const environment = z.string().min(1);
const variablesByName = z.strictObject({ environment, variables: z.record(inputNameField, z.unknown()) });
const listedVariables = z.strictObject({ environment, variables: z.array(variableRow) });
const fleetDocument = z.looseObject({
  fleet: z.string().min(1),
  assignments: z.array(
    z.looseObject({
      config: z.string().min(1).optional(),
      configs: z.string().min(1).pipe(writtenSelector).optional(),
      version: z.union([z.number().int().min(1), z.string().min(1)]).optional(),
      selector,
      fileName: z.string().optional(),
    }),
  ),
});
const [, ofAssignments] = startRolloutBody.options;

const wrong = (where: string, error: z.ZodError) =>
  new Failure("failed", `${where} cannot be used. Mend what is named below; nothing was sent.`, {
    errors: refusedFields(error),
  });

async function yamlFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new Failure("failed", `${path} cannot be read. Check the path.`);
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".") || part === "node_modules"))
    .sort()
    .map((name) => join(path, name));
}

interface Parsed extends Where {
  file: string;
  value: unknown;
  fault: string | null;
}

function parse(file: string, shown: string, text: string): Parsed[] {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, i): Parsed[] => {
    const where = documents.length === 1 ? shown : `${shown} (document ${i + 1})`;
    const [error] = document.errors;
    if (error) {
      const before = text.slice(0, error.pos[0]).split("\n");
      const place = `${shown}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
      return [{ file, where, value: null, fault: `${place}: ${error.message}` }];
    }
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      return value === null ? [] : [{ file, where, value, fault: null }];
    } catch (error) {
      // An alias without its anchor, or too many of them.
      if (!(error instanceof ReferenceError)) throw error;
      return [{ file, where, value: null, fault: `${where}: ${error.message}` }];
    }
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What the YAML and JSON files of a folder describe. Files that a `file:` names are contents, whatever they look like.
 * @throws Failure that names file and field
 */
export async function readDescribed(cli: Cli, path: string): Promise<Described> {
  const files = await yamlFiles(resolve(cli.io.cwd, path));
  const parsed: Parsed[] = [];
  for (const file of files) {
    parsed.push(...parse(file, relative(cli.io.cwd, file), await readSource(cli, file)));
  }
  const contents = new Set(
    parsed.flatMap(({ file, value }) =>
      isRecord(value) && "config" in value && typeof value.file === "string"
        ? [resolve(dirname(file), value.file)]
        : [],
    ),
  );
  const described: Described = { configs: [], fleets: [], variables: [] };
  for (const one of parsed.filter(({ file }) => !contents.has(file))) {
    if (one.fault !== null) throw new Failure("failed", one.fault);
    await readDocument(cli, one, described);
  }
  refuseTwice(described);
  if (described.configs.length + described.fleets.length + described.variables.length === 0) {
    throw new Failure(
      "failed",
      `${path} describes nothing. A document begins with config, fleet or environment: muster help folder.`,
    );
  }
  return described;
}

async function readDocument(cli: Cli, { file, where, value }: Parsed, into: Described): Promise<void> {
  if (isRecord(value) && "config" in value) into.configs.push(await readConfig(cli, file, where, value));
  else if (isRecord(value) && "fleet" in value) into.fleets.push(readFleet(where, value));
  else if (isRecord(value) && "environment" in value) into.variables.push(readVariables(where, value));
  else {
    throw new Failure(
      "failed",
      `${where} describes nothing: it begins with none of config, fleet and environment (muster help folder). If it is a config's content, name it in a \`file:\`.`,
    );
  }
}

async function readConfig(cli: Cli, file: string, where: string, value: unknown): Promise<ConfigDocument> {
  const read = configDocument.safeParse(value);
  if (!read.success) throw wrong(where, read.error);
  const { config: name, kind, labels, message, file: named, content } = read.data;
  if (named !== undefined && content !== undefined) {
    throw new Failure("failed", `${where} has both file and content. Keep one of them.`);
  }
  const path = named === undefined ? null : resolve(dirname(file), named);
  const text = path === null ? content : await readSource(cli, path);
  const source = path === null ? name : relative(cli.io.cwd, path);
  return { where, name, kind, content: text, source, labels, message };
}

function readFleet(where: string, value: unknown): FleetDocument {
  const read = fleetDocument.safeParse(value);
  if (!read.success) throw wrong(where, read.error);
  const { fleet, ...plan } = read.data;
  const assignments = plan.assignments.map((one, i): WrittenAssignment => {
    const { config, configs, selector, fileName } = one;
    if ((config === undefined) === (configs === undefined)) {
      throw new Failure("failed", `${where}: assignments[${i}] needs either config or configs.`);
    }
    const { name, version: inName } = splitVersion(config ?? "");
    const version = inName ?? (one.version === "latest" ? null : (one.version ?? null));
    const of = configs === undefined ? { name, version } : { configs, version };
    return { of, selector, fileName };
  });
  const stand = plan.assignments.map(({ config, ...rest }) => ({
    ...rest,
    ...(config !== undefined && { config: "cfg_00000000000000000000000000" }),
  }));
  const whole = ofAssignments.safeParse({ ...plan, assignments: stand });
  if (!whole.success) throw wrong(where, whole.error);
  return { where, fleet, assignments, plan };
}

function readVariables(where: string, value: Record<string, unknown>): VariablesDocument {
  const { variables } = value;
  const isNamed = typeof variables === "object" && variables !== null && !Array.isArray(variables);
  const rows = isNamed
    ? Object.entries(variables).map(([name, given]) => ({ name, value: given }))
    : variables;
  if (isNamed) {
    const named = variablesByName.safeParse(value);
    if (!named.success) throw wrong(where, named.error);
  }
  const read = listedVariables.safeParse({ ...value, variables: rows });
  if (!read.success) throw wrong(where, read.error);
  return {
    where,
    environment: read.data.environment,
    variables: read.data.variables.map((row) => ({
      type: undefined,
      description: undefined,
      ...row,
      fleet: row.fleet ?? null,
    })),
  };
}

function refuseTwice({ configs, fleets, variables }: Described): void {
  const seen = new Map<string, string>();
  const things = [
    ...configs.map(({ name, where }) => ({ thing: `config ${name}`, where })),
    ...fleets.map(({ fleet, where }) => ({ thing: `fleet ${fleet}`, where })),
    ...variables.flatMap(({ environment, where, variables: rows }) =>
      rows.map(({ name, fleet, selector }) => ({
        thing: `variable ${name} of ${[environment, fleet, selector].filter(Boolean).join(", ")}`,
        where,
      })),
    ),
  ];
  for (const { thing, where } of things) {
    const first = seen.get(thing);
    if (first !== undefined) {
      throw new Failure("failed", `The ${thing} is described twice: in ${first} and in ${where}.`);
    }
    seen.set(thing, where);
  }
}
