import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Config } from "../../../protocol/api/configs.ts";
import type { ConfigTemplate, TemplateMerge } from "../../../protocol/api/templates.ts";
import { useWhyNotInProject } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { templateQueries } from "../../api/template-queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { DiffView } from "../configs/diff-view.tsx";
import { ParameterFields } from "./parameter-fields.tsx";
import { type Choice, type Choices, resolved } from "./resolved.ts";
import { sentValues } from "./sent-values.ts";

export function TemplateUpdatePage() {
  const { configId } = useParams({ from: "/app/configs/$configId/template" });
  const config = useQuery(queries.config(configId));
  const origin = useQuery(templateQueries.origin(configId));
  const error = config.error ?? origin.error;
  const retry = () => Promise.all([config.refetch(), origin.refetch()]);
  if (config.data && origin.data) return <Update key={configId} config={config.data} origin={origin.data} />;
  return (
    <Page title="Update from the template">
      {error ? <Problem error={error} retry={retry} /> : <Skeleton rows={8} />}
    </Page>
  );
}

function Update({ config, origin }: { config: Config; origin: ConfigTemplate }) {
  const [values, setValues] = useState<Record<string, string>>(() => {
    const asked = new Set(origin.parameters.map(({ name }) => name));
    return Object.fromEntries(Object.entries(origin.origin.parameters).filter(([name]) => asked.has(name)));
  });
  const path = { config: config.id };
  const parameters = sentValues(origin, values);
  const merge = useQuery({
    queryKey: [`/v1/configs/${config.id}/template-update`, config.latestVersion, parameters],
    queryFn: () =>
      api.call("POST /v1/configs/{config}/template-update", {
        path,
        query: { dryRun: true },
        body: { parameters },
        idempotencyKey: null,
      }),
    placeholderData: (previous) => previous,
    retry: false,
  });
  const found = merge.data && "parts" in merge.data ? merge.data : undefined;
  return (
    <Page
      title={`Update ${config.name} from its template`}
      description={`Made from ${origin.title}, version ${origin.origin.version}; version ${origin.latestVersion} is the latest. What you changed stays.`}
    >
      {origin.parameters.length > 0 ? (
        <Panel title="Values">
          <ParameterFields
            parameters={origin.parameters}
            values={values}
            onChange={setValues}
            error={merge.error}
          />
        </Panel>
      ) : null}
      {merge.error ? <Problem error={merge.error} retry={merge.refetch} /> : null}
      {merge.isPending ? <Skeleton rows={6} /> : null}
      {found ? (
        <Resolve key={JSON.stringify([found.to, found.baseVersion])} config={config} merge={found} />
      ) : null}
    </Page>
  );
}

interface ResolveProps {
  config: Config;
  merge: TemplateMerge;
}

function Resolve({ config, merge }: ResolveProps) {
  const refused = useWhyNotInProject(config.projectId)("config.write");
  const navigate = useNavigate();
  const [choices, setChoices] = useState<Choices>({});
  const before = useQuery(queries.configVersion(config.id, merge.baseVersion));
  const content = resolved(merge.parts, choices);
  const open = merge.conflicts.length - Object.keys(choices).length;
  const save = useWrite({
    send: () =>
      api.call("POST /v1/configs/{config}/template-update", {
        path: { config: config.id },
        // As they were merged, whatever was typed or published since.
        body: {
          version: merge.to.version,
          parameters: merge.to.parameters,
          content,
          baseVersion: merge.baseVersion,
        },
      }) as Promise<
        Extract<
          Awaited<ReturnType<typeof api.call<"POST /v1/configs/{config}/template-update">>>,
          { receipt: unknown }
        >
      >,
    stale: [`/v1/configs/${config.id}`],
    shown: true,
    onDone: () =>
      void navigate({
        to: "/configs/$configId",
        params: { configId: config.id },
        search: { tab: "versions" },
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (refused === undefined && open === 0) save.mutate(undefined);
  };
  if (!merge.changed)
    return <p className="text-soft">The config has this version with these values already.</p>;
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      {merge.conflicts.length > 0 ? (
        <Panel
          title={plural(merge.conflicts.length, "conflict")}
          description="Both the config and the template changed these lines. Choose which to keep; edit the config afterwards for anything between."
        >
          <ul aria-label="Conflicts" className="flex flex-col gap-4">
            {merge.conflicts.map(({ line, ours, theirs }, at) => (
              <Conflict
                key={line}
                line={line}
                ours={ours}
                theirs={theirs}
                choice={choices[at]}
                onChoose={(choice) => setChoices((old) => ({ ...old, [at]: choice }))}
              />
            ))}
          </ul>
        </Panel>
      ) : null}
      {before.error ? <Problem error={before.error} retry={before.refetch} /> : null}
      {before.data ? (
        <Panel title="What changes">
          <DiffView
            older={before.data.content}
            newer={content}
            olderName={`version ${merge.baseVersion}`}
            newerName="the merge"
          />
        </Panel>
      ) : before.error ? null : (
        <Skeleton rows={4} />
      )}
      {save.error ? <Problem error={save.error} /> : null}
      <Button
        type="submit"
        look="primary"
        refused={refused ?? (open > 0 ? `Choose for ${plural(open, "conflict")} first.` : undefined)}
        busy={save.isPending}
        className="self-start"
      >
        Save as version {merge.baseVersion + 1}
      </Button>
    </form>
  );
}

interface ConflictProps {
  line: number;
  ours: string;
  theirs: string;
  choice: Choice | undefined;
  onChoose: (choice: Choice) => void;
}

function Conflict({ line, ours, theirs, choice, onChoose }: ConflictProps) {
  const sides: [Choice, string, string][] = [
    ["ours", "The config's", ours],
    ["theirs", "The template's", theirs],
    ["both", "Both, the config's first", `${ours}${theirs}`],
  ];
  return (
    <li>
      <fieldset className="flex flex-col gap-2">
        <legend className="text-sm font-medium">Line {line}</legend>
        {sides.map(([side, label, text]) => (
          <label key={side} className="flex min-w-0 items-start gap-2 rounded-md border p-2">
            <input
              type="radio"
              name={`conflict at ${line}`}
              checked={choice === side}
              onChange={() => onChoose(side)}
              className="mt-1"
            />
            <span className="min-w-0 flex-1">
              {label}
              <pre className="overflow-x-auto font-mono text-sm text-soft">
                {text === "" ? "(nothing)" : text}
              </pre>
            </span>
          </label>
        ))}
      </fieldset>
    </li>
  );
}
