import { GuardFailed } from "../../../db/batch.ts";
import { templateExists } from "../../../db/queries/templates.ts";
import { getKind, validate } from "../../../domain/configs/kinds.ts";
import { chooseParameters, fillParameters } from "../../../domain/configs/parameters.ts";
import type { TemplateOrigin } from "../../../domain/configs/templates.ts";
import { maxConfigChars } from "../../../domain/configs/text.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import type { FilledTemplate, InstantiatedTemplate } from "../../../protocol/api/templates.ts";
import { createIn } from "../configs/create.ts";
import { configView, versionView } from "../configs/view.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { missing, projectScope } from "../scope.ts";
import { type FoundTemplate, findVersion } from "./find.ts";

export interface InstantiateTemplate {
  project: ProjectId;
  template: string;
  version?: number | undefined;
  parameters: Record<string, string>;
  name: string;
  message?: string | undefined;
  labels?: Labels | undefined;
}

/** The text that the config would have. Writes nothing. */
export async function preview({
  ctx,
  input,
}: {
  ctx: Context;
  input: InstantiateTemplate;
}): Promise<FilledTemplate> {
  const project = await projectScope(ctx, input.project, "config.write");
  const found = await findVersion(ctx, project, input.template, input.version);
  const { origin, content } = fillIn(found, input.parameters);
  return { kind: found.kind, origin, content, diagnostics: validate(found.kind, content) };
}

/** A config whose first version is the template filled in, and which knows where it came from. */
export async function instantiate({
  ctx,
  input,
}: {
  ctx: Context;
  input: InstantiateTemplate;
}): Promise<InstantiatedTemplate> {
  const project = await projectScope(ctx, input.project, "config.write");
  const found = await findVersion(ctx, project, input.template, input.version);
  const { kind, row } = found;
  const { origin, content } = fillIn(found, input.parameters);
  const {
    name,
    labels,
    message = `from template ${row?.name ?? origin.template} v${origin.version}`,
  } = input;
  const guards = row ? [{ name: "template", holds: templateExists(project.organizationId, row.id) }] : [];
  const made = await createIn(ctx, project, { name, kind, content, message, labels, origin }, guards).catch(
    (error: unknown) => {
      if (!(error instanceof GuardFailed)) throw error;
      return missing("template", input.template);
    },
  );
  if (!made.version) throw new Error("a config with content has a version");
  const { config, version } = made;
  return {
    ...configView(config),
    version: versionView(version),
    origin,
    diagnostics: validate(kind, content),
    receipt: makeReceipt(ctx, {
      kind: "template.use",
      ids: {
        config: config.id,
        version: version.id,
        project: project.id,
        organization: config.organizationId,
      },
      summary: `Config ${name} is made from ${found.title}, version ${origin.version}. Nothing runs it yet.`,
      changes: [{ path: "config", before: null, after: { name, kind, template: origin } }],
      next: [
        { label: "Roll it out", command: `muster deploy --config ${name}` },
        { label: "Later, take newer versions of the template", command: `muster templates update ${name}` },
      ],
      undo: { command: `muster configs delete ${name}`, href: `/v1/configs/${config.id}` },
    }),
  };
}

/** @throws validation_failed */
export function fillIn(
  { reference, kind, version, content, parameters }: FoundTemplate,
  given: Record<string, string>,
): { origin: TemplateOrigin; content: string } {
  const values = chooseParameters(parameters, given);
  const filled = fillParameters(getKind(kind).quoting, content, parameters, values);
  if (filled.length > maxConfigChars) {
    refuse(
      "validation_failed",
      `Filled in, the template has ${filled.length} characters, and a config may have ${maxConfigChars}. Use shorter values.`,
      [{ path: "parameters", message: `make more than ${maxConfigChars} characters` }],
    );
  }
  return { origin: { template: reference, version, parameters: values }, content: filled };
}
