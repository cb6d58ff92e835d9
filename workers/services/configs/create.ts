import { type ConfigRow, insertConfig, insertConfigVersion } from "../../../db/queries/configs.ts";
import type { ProjectRow } from "../../../db/queries/projects.ts";
import { getKind } from "../../../domain/configs/kinds.ts";
import type { TemplateOrigin } from "../../../domain/configs/templates.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import { type Commit, commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { projectScope } from "../scope.ts";
import { refuseIfTaken } from "../taken.ts";
import { sortedLabels } from "./sorted-labels.ts";
import { versionRow } from "./version-row.ts";
import { configView, versionView } from "./view.ts";

export interface CreateConfig {
  project: ProjectId;
  name: string;
  kind: string;
  content?: string | undefined;
  message?: string | undefined;
  labels?: Labels | undefined;
}

/** With content, the first version comes with it. Content with errors is kept, as a draft; a rollout refuses it. */
export async function create({ ctx, input }: { ctx: Context; input: CreateConfig }) {
  const { config, version } = await createIn(
    ctx,
    await projectScope(ctx, input.project, "config.write"),
    input,
  );
  return { ...configView(config), version: version ? versionView(version) : null };
}

/** For a caller who may write configs in the project. */
export async function createIn(
  ctx: Context,
  project: ProjectRow,
  input: Omit<CreateConfig, "project"> & { origin?: TemplateOrigin },
  guards: Commit["guards"] = [],
) {
  const { kind } = getKind(input.kind);
  const nowMs = ctx.clock.now();
  const config: ConfigRow = {
    id: ctx.ids.make("config"),
    organizationId: project.organizationId,
    projectId: project.id,
    name: input.name,
    kind,
    latestVersion: input.content === undefined ? 0 : 1,
    createdAt: nowMs,
    updatedAt: nowMs,
    labels: sortedLabels(input.labels ?? {}),
    template: input.origin ?? null,
  };
  const version =
    input.content === undefined
      ? null
      : versionRow(ctx, {
          organizationId: config.organizationId,
          configId: config.id,
          kind,
          number: 1,
          content: input.content,
          message: input.message,
        });
  await refuseIfTaken(
    commit(ctx, {
      organizationId: project.organizationId,
      note: {
        action: "config.create",
        target: config.id,
        summary: `created ${kind} config ${config.name} in project ${project.slug}${
          input.origin ? ` from template ${input.origin.template} v${input.origin.version}` : ""
        }`,
        changes: [
          {
            path: "config",
            before: null,
            after: {
              name: config.name,
              kind,
              ...(input.labels && { labels: config.labels }),
              ...(input.origin && { template: input.origin }),
              ...(version && { version: 1, sha256: version.sha256 }),
            },
          },
        ],
      },
      statements: [
        insertConfig(ctx.db, project.organizationId, config),
        ...(version ? [insertConfigVersion(ctx.db, project.organizationId, version)] : []),
      ],
      guards,
      quotas: ["configs"],
    }),
    "configs.name",
    { path: "name", value: config.name, noun: "config" },
  );
  return { config, version };
}
