import { isDeepStrictEqual } from "node:util";
import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import { diffText, formatDiff } from "../../../domain/configs/diff.ts";
import { validate } from "../../../domain/configs/kinds.ts";
import { labelsEtag } from "../../../domain/configs/labels-etag.ts";
import { DomainError } from "../../../domain/errors.ts";
import type { Config } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { pushVersion, readVersion } from "../configs/find.ts";
import type { ConfigDocument } from "./documents.ts";
import type { Step } from "./step.ts";

/** A config as it will be once the plan is carried out. */
export interface ConfigAfter {
  name: string;
  kind: string;
  labels: Record<string, string>;
  latestVersion: number;
  /** null = as the server has it. */
  content: string | null;
  existing: Config | null;
}

export interface ConfigsPlan {
  steps: Step[];
  after: Map<string, ConfigAfter>;
}

/** Configs that the folder does not have stay as they are. */
export async function planConfigs(
  cli: Cli,
  projectId: string,
  documents: readonly ConfigDocument[],
  existing: readonly Config[],
): Promise<ConfigsPlan> {
  const steps: Step[] = [];
  const after = new Map<string, ConfigAfter>(
    existing.map((one) => [
      one.name,
      {
        name: one.name,
        kind: one.kind,
        labels: one.labels,
        latestVersion: one.latestVersion,
        content: null,
        existing: one,
      },
    ]),
  );
  for (const document of documents) {
    const found = existing.find(({ name }) => name === document.name) ?? null;
    const kind = document.kind ?? found?.kind;
    if (kind === undefined) {
      throw new Failure("failed", `${document.where}: ${document.name} does not exist yet. Say its kind.`);
    }
    if (found && kind !== found.kind) {
      throw new Failure(
        "failed",
        `${document.where}: ${document.name} is of kind ${found.kind}, and a config's kind never changes. Give the new one another name.`,
      );
    }
    refuseErrors(document, kind);
    const own = await stepsOf(cli, projectId, document, kind, found);
    steps.push(...own.steps);
    after.set(document.name, {
      name: document.name,
      kind,
      labels: document.labels ?? found?.labels ?? {},
      latestVersion: (found?.latestVersion ?? 0) + (own.newVersion ? 1 : 0),
      content: document.content ?? null,
      existing: found,
    });
  }
  return { steps, after };
}

function refuseErrors({ where, name, content, source }: ConfigDocument, kind: string): void {
  if (content === undefined) return;
  let diagnostics: ReturnType<typeof validate>;
  try {
    diagnostics = validate(kind, content);
  } catch (error) {
    if (error instanceof DomainError) throw new Failure("failed", `${where}: ${error.message}`);
    throw error;
  }
  if (!hasErrors(diagnostics)) return;
  throw new Failure("failed", `${where}: ${name} has errors. Mend them; nothing was sent.`, {
    errors: diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ line, column, message, hint }) => ({
        path: `${source}:${line}:${column}`,
        message: hint === null ? message : `${message} ${hint}`,
      })),
  });
}

async function stepsOf(
  cli: Cli,
  projectId: string,
  { name, content, labels, message }: ConfigDocument,
  kind: string,
  found: Config | null,
): Promise<{ steps: Step[]; newVersion: boolean }> {
  const shared = { kind: "config" as const, name };
  if (!found) {
    const step: Step = {
      ...shared,
      action: "create",
      summary: `${name} (${kind})`,
      details: Object.entries(labels ?? {}).map(([key, value]) => `+ label ${key}=${value}`),
      diff: content === undefined ? null : formatDiff(diffText("", content)),
      async run() {
        const body = {
          name,
          kind,
          ...(content !== undefined && { content }),
          ...(labels !== undefined && { labels }),
          ...(message !== undefined && { message }),
        };
        const client = await cli.client();
        await client.call("POST /v1/projects/{project}/configs", { path: { project: projectId }, body });
        return `made config ${name}`;
      },
    };
    return { steps: [step], newVersion: content !== undefined };
  }
  const steps: Step[] = [];
  const before = found.latestVersion === 0 ? "" : (await readVersion(cli, found, null)).content;
  const newVersion = content !== undefined && (content !== before || found.latestVersion === 0);
  if (newVersion) {
    const { latestVersion } = found;
    steps.push({
      ...shared,
      action: "update",
      summary: `${name}: version ${latestVersion} → ${latestVersion + 1}`,
      details: [],
      diff: formatDiff(diffText(before, content)),
      async run() {
        const made = await pushVersion(cli, found, { content, message, baseVersion: latestVersion });
        return `saved version ${made.number} of config ${name}`;
      },
    });
  }
  if (labels !== undefined && !isDeepStrictEqual(labels, found.labels)) {
    steps.push({
      ...shared,
      action: "update",
      summary: `${name}: labels`,
      details: changedLabels(found.labels, labels),
      diff: null,
      async run() {
        const client = await cli.client();
        await client.call("PATCH /v1/configs/{config}", {
          path: { config: found.id },
          body: { labels },
          ifMatch: labelsEtag(found.labels),
        });
        return `labelled config ${name}`;
      },
    });
  }
  return { steps, newVersion };
}

function changedLabels(before: Record<string, string>, after: Record<string, string>): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    if (old === now) return [];
    if (now === undefined) return [`- label ${key}=${old}`];
    return [old === undefined ? `+ label ${key}=${now}` : `~ label ${key}: ${old} → ${now}`];
  });
}
