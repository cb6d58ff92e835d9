import { type GroupSpec, group } from "../spec.ts";
import {
  deleteConfig,
  deleteConfigVersion,
  listConfigUses,
  restoreConfig,
  updateConfig,
} from "./configs/change.ts";
import { listCollectorComponents } from "./configs/components.ts";
import { createConfig } from "./configs/create.ts";
import { diffConfig } from "./configs/diff.ts";
import { discardDraft, publishDraft, saveDraft, showDraft } from "./configs/draft.ts";
import { editConfig } from "./configs/edit.ts";
import { getConfig } from "./configs/get.ts";
import { listConfigKinds } from "./configs/kinds.ts";
import { deleteVersionLabel, listVersionLabels, setVersionLabel } from "./configs/labels.ts";
import { listConfigs } from "./configs/list.ts";
import { promoteConfig } from "./configs/promote.ts";
import { pushConfig } from "./configs/push.ts";
import { renderConfigs } from "./configs/render.ts";
import { showConfig } from "./configs/show.ts";
import { validateConfig } from "./configs/validate.ts";
import { listConfigVersions } from "./configs/versions.ts";
import { compilePipelines, parsePipelines } from "./pipelines/pipelines.ts";
import {
  deleteSecret,
  describeSecret,
  getSecret,
  listSecrets,
  rotateSecret,
  secretImpact,
  setSecret,
} from "./secrets/secrets.ts";
import {
  approveSecret,
  destroySecretVersion,
  listSecretVersions,
  rejectSecret,
  rewrapSecretKeys,
  rotateSecretKey,
  showSecretKeys,
  showSecretUsage,
} from "./secrets/versions.ts";
import {
  getTemplate,
  listCatalogue,
  listTemplates,
  listTemplateVersions,
  showTemplate,
} from "./templates/read.ts";
import { showOrigin, updateFromTemplate, useTemplate } from "./templates/use.ts";
import { createTemplate, deleteTemplate, editTemplate, pushTemplate } from "./templates/write.ts";
import {
  getVariable,
  listVariables,
  setVariable,
  unsetVariable,
  variableImpact,
} from "./variables/variables.ts";

/** What people write for agents: configs, what they begin from, and what is filled into them. */
export const configCommands: GroupSpec[] = [
  group(
    "configs",
    "Configs and their versions",
    [
      listConfigs,
      getConfig,
      createConfig,
      showConfig,
      listConfigVersions,
      diffConfig,
      validateConfig,
      listCollectorComponents,
      pushConfig,
      editConfig,
      restoreConfig,
      group(
        "draft",
        "The draft of a config's next version",
        [showDraft, saveDraft, publishDraft, discardDraft],
        { standard: "show" },
      ),
      group(
        "labels",
        "Labels of a config's versions, such as prod",
        [listVersionLabels, setVersionLabel, deleteVersionLabel],
        { standard: "list" },
      ),
      promoteConfig,
      listConfigUses,
      renderConfigs,
      updateConfig,
      deleteConfig,
      deleteConfigVersion,
      listConfigKinds,
    ],
    { aliases: ["config"] },
  ),
  group(
    "templates",
    "Configs to begin from, with parameters: of the project, or shipped with the product",
    [
      listTemplates,
      listCatalogue,
      getTemplate,
      showTemplate,
      listTemplateVersions,
      useTemplate,
      showOrigin,
      updateFromTemplate,
      createTemplate,
      pushTemplate,
      editTemplate,
      deleteTemplate,
    ],
    { aliases: ["template"] },
  ),
  group(
    "pipelines",
    "A collector's pipelines as a graph, and back; offline",
    [compilePipelines, parsePipelines],
    {
      aliases: ["pipeline"],
    },
  ),
  group(
    "variables",
    "Values that configs name, for an environment, a fleet or agents by their labels",
    [listVariables, getVariable, setVariable, unsetVariable, variableImpact],
    { aliases: ["variable", "vars"] },
  ),
  group(
    "secrets",
    "Values that only agents get: sealed, versioned, never shown",
    [
      listSecrets,
      getSecret,
      setSecret,
      rotateSecret,
      listSecretVersions,
      approveSecret,
      rejectSecret,
      destroySecretVersion,
      deleteSecret,
      describeSecret,
      secretImpact,
      showSecretUsage,
      showSecretKeys,
      rewrapSecretKeys,
      rotateSecretKey,
    ],
    { aliases: ["secret"] },
  ),
];
