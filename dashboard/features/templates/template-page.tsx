import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { type FormEvent, useDeferredValue, useState } from "react";
import { useWhyNotInProject } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { templateQueries } from "../../api/template-queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { Readable } from "../organizations/readable.tsx";
import { type Parameter, ParameterFields } from "./parameter-fields.tsx";

export function TemplatePage() {
  const { projectId, template } = useParams({ from: "/app/projects/$projectId/templates/$template" });
  return (
    <Readable key={template} projectId={projectId} permission="config.read" title="Template">
      {template.startsWith("tpl_") ? (
        <Own projectId={projectId} templateId={template} />
      ) : (
        <Shipped projectId={projectId} name={template} />
      )}
    </Readable>
  );
}

function Shipped({ projectId, name }: { projectId: string; name: string }) {
  const catalogue = useQuery(templateQueries.catalogue());
  const found = catalogue.data?.find((one) => one.name === name);
  if (found) return <Detail projectId={projectId} reference={name} {...found} own={false} />;
  return (
    <Page title="Template">
      {catalogue.error ? <Problem error={catalogue.error} retry={catalogue.refetch} /> : null}
      {catalogue.isPending ? <Skeleton rows={8} /> : null}
      {catalogue.data ? <p className="text-soft">Muster ships no template {name}.</p> : null}
    </Page>
  );
}

function Own({ projectId, templateId }: { projectId: string; templateId: string }) {
  const template = useQuery(templateQueries.template(templateId));
  const number = template.data?.latestVersion ?? 0;
  const version = useQuery({ ...templateQueries.version(templateId, number), enabled: number > 0 });
  if (template.data && version.data) {
    const { title, description, kind } = template.data;
    const { content, parameters } = version.data;
    return (
      <Detail
        projectId={projectId}
        reference={templateId}
        {...{ title, description, kind, content, parameters }}
        version={number}
        own
      />
    );
  }
  const error = template.error ?? version.error;
  const retry = () => Promise.all([template.refetch(), ...(number > 0 ? [version.refetch()] : [])]);
  return (
    <Page title="Template">{error ? <Problem error={error} retry={retry} /> : <Skeleton rows={8} />}</Page>
  );
}

interface DetailProps {
  projectId: string;
  reference: string;
  title: string;
  description: string;
  kind: string;
  version: number;
  content: string;
  parameters: readonly Parameter[];
  /** Of the project, and not shipped. */
  own: boolean;
}

function Detail({
  projectId,
  reference,
  title,
  description,
  kind,
  version,
  content,
  parameters,
  own,
}: DetailProps) {
  const refused = useWhyNotInProject(projectId)("config.write");
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [values, setValues] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState(false);
  const path = { project: projectId };
  const use = useWrite({
    send: () =>
      api.call("POST /v1/projects/{project}/configs/from-template", {
        path,
        body: { template: reference, version, name, parameters: values },
      }) as Promise<MadeConfig>,
    stale: [`/v1/projects/${projectId}/configs`],
    shown: true,
    onDone: ({ id }) => void navigate({ to: "/configs/$configId", params: { configId: id } }),
  });
  const remove = useWrite({
    send: () => api.call("DELETE /v1/templates/{template}", { path: { template: reference } }),
    stale: [`/v1/projects/${projectId}/templates`],
    onDone: () => void navigate({ to: "/projects/$projectId/templates", params: { projectId } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (refused === undefined) use.mutate(undefined);
  };
  return (
    <Page
      title={title}
      description={`${description} ${kind}, version ${version}.`}
      actions={
        own ? (
          <>
            <LinkButton
              to="/projects/$projectId/templates/$template/edit"
              params={{ projectId, template: reference }}
              refused={refused}
            >
              <Pencil aria-hidden className="size-3.5" />
              Edit
            </LinkButton>
            <Button look="danger" refused={refused} onClick={() => setAsked(true)}>
              <Trash2 aria-hidden className="size-3.5" />
              Delete
            </Button>
          </>
        ) : null
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Panel title="Make a config from it">
          <div className="flex flex-col gap-4">
            <TextField
              label="Name of the config"
              required
              maxLength={63}
              placeholder="edge-proxy"
              value={name}
              onChange={(event) => setName(event.target.value)}
              error={fieldOf(use.error, "name")}
              className="max-w-sm"
            />
            <ParameterFields parameters={parameters} values={values} onChange={setValues} error={use.error} />
            {use.error ? <Problem error={use.error} /> : null}
            <Button
              type="submit"
              look="primary"
              refused={refused}
              busy={use.isPending}
              className="self-start"
            >
              Make the config
            </Button>
          </div>
        </Panel>
        <Filled
          reference={reference}
          version={version}
          projectId={projectId}
          values={values}
          content={content}
        />
      </form>
      <Confirm
        open={asked}
        onOpenChange={setAsked}
        title={`Delete the template ${title}?`}
        action="Delete the template"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        It goes with its versions, which is refused while a config is made from it. This cannot be undone.
      </Confirm>
    </Page>
  );
}

type MadeConfig = Extract<
  Awaited<ReturnType<typeof api.call<"POST /v1/projects/{project}/configs/from-template">>>,
  { receipt: unknown }
>;

/** The text as it would be; as it is written, while values are missing. */
function Filled({
  reference,
  version,
  projectId,
  values,
  content,
}: Pick<DetailProps, "reference" | "version" | "projectId" | "content"> & {
  values: Record<string, string>;
}) {
  const given = useDeferredValue(values);
  const filled = useQuery({
    queryKey: ["template-preview", reference, version, given],
    queryFn: () =>
      api.call("POST /v1/projects/{project}/configs/from-template", {
        path: { project: projectId },
        query: { dryRun: true },
        body: { template: reference, version, name: "preview", parameters: given },
        idempotencyKey: null,
      }),
    placeholderData: (previous) => previous,
    retry: false,
  });
  const text = filled.data && "content" in filled.data ? filled.data.content : content;
  return (
    <Panel
      title={filled.error || !filled.data ? "The template" : "What the config would be"}
      {...(filled.error ? { description: "Filled in once the values above fit." } : {})}
      flush
    >
      <ScrollBox label="Text" className="max-h-[32rem] overflow-auto bg-sunken p-4">
        <pre className="font-mono text-sm">{text}</pre>
      </ScrollBox>
    </Panel>
  );
}
