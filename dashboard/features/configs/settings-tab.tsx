import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { labelsEtag } from "../../../domain/configs/labels-etag.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import { useWhyNotInProject } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { parseLabels } from "../../lib/parse-labels.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { OriginPanel } from "../templates/origin-panel.tsx";

const written = (labels: Config["labels"]): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");

export function SettingsTab({ config }: { config: Config }) {
  const refused = useWhyNotInProject(config.projectId)("config.write");
  return (
    <div className="flex flex-col gap-5">
      <LabelsPanel key={written(config.labels)} config={config} refused={refused} />
      <OriginPanel config={config} refused={refused} />
      <DeletePanel config={config} refused={refused} />
    </div>
  );
}

interface PartProps {
  config: Config;
  refused: string | undefined;
}

function LabelsPanel({ config, refused }: PartProps) {
  const [text, setText] = useState(written(config.labels));
  const { labels, error } = parseLabels(text);
  const save = useWrite({
    send: (given: Config["labels"]) =>
      api.call("PATCH /v1/configs/{config}", {
        path: { config: config.id },
        body: { labels: given },
        ifMatch: labelsEtag(config.labels),
      }),
    stale: [`/v1/configs/${config.id}`, `/v1/projects/${config.projectId}/configs`],
    shown: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (error === null && refused === undefined) save.mutate(labels);
  };
  return (
    <Panel
      title="Labels"
      description="The config's own: lists are narrowed and configs assigned in bulk by them. Agents never see them."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Labels"
          placeholder="team=edge, tier=1"
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={error ?? fieldOf(save.error, "labels")}
        />
        {save.error ? <Problem error={save.error} /> : null}
        <Button
          type="submit"
          className="self-start"
          busy={save.isPending}
          refused={refused}
          disabled={error !== null || text === written(config.labels)}
        >
          Save the labels
        </Button>
      </form>
    </Panel>
  );
}

function DeletePanel({ config, refused }: PartProps) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useWrite({
    send: () => api.call("DELETE /v1/configs/{config}", { path: { config: config.id } }),
    stale: [`/v1/projects/${config.projectId}/configs`],
    onDone: () => {
      setAsked(false);
      void navigate({ to: "/projects/$projectId/configs", params: { projectId: config.projectId } });
    },
    shown: true,
  });
  return (
    <Panel
      title="Delete"
      description="With its versions, labels and draft. Refused as soon as a release names it: releases are kept, so that a fleet can go back to them."
    >
      <div className="flex flex-col gap-3">
        {remove.error ? <Problem error={remove.error} /> : null}
        <Button look="danger" className="self-start" refused={refused} onClick={() => setAsked(true)}>
          Delete the config
        </Button>
      </div>
      <Confirm
        open={asked}
        onOpenChange={setAsked}
        title={`Delete ${config.name}?`}
        action="Delete the config"
        danger
        named={config.name}
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSettled: () => setAsked(false) })}
      >
        All its texts are lost. This cannot be undone.
      </Confirm>
    </Panel>
  );
}
