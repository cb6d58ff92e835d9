import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { parse, stringify } from "yaml";
import { withStandIns } from "../../../domain/configs/template-stand-ins.ts";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { templateQueries } from "../../api/template-queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Field, SelectField, TextField } from "../../ui/field.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { EditorPanel } from "../configs/editor-panel.tsx";
import { Readable } from "../organizations/readable.tsx";
import type { Parameter } from "./parameter-fields.tsx";

const exampleParameters = `- name: port
  title: Port
  type: number
  default: "8080"
  help: Where requests come in.
`;

export function NewTemplatePage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/templates/new" });
  return (
    <Readable key={projectId} projectId={projectId} permission="config.write" title="New template">
      <NewTemplate projectId={projectId} />
    </Readable>
  );
}

function NewTemplate({ projectId }: { projectId: string }) {
  const kinds = useQuery(queries.configKinds());
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState("file");
  const create = useWrite({
    send: (written: Written) =>
      api.call("POST /v1/projects/{project}/templates", {
        path: { project: projectId },
        body: { name, kind, ...(title.trim() && { title }), ...written },
      }),
    stale: [`/v1/projects/${projectId}/templates`],
    shown: true,
    onDone: ({ id }) =>
      void navigate({ to: "/projects/$projectId/templates/$template", params: { projectId, template: id } }),
  });
  return (
    <Page
      title="New template"
      description="Everybody who may write configs in the project can begin from it."
    >
      <TextForm
        projectId={projectId}
        kind={kind}
        start={{ content: "", parameters: exampleParameters }}
        action="Share the template"
        write={create}
        fields={
          <div className="grid gap-4 sm:grid-cols-3">
            <TextField
              label="Name"
              required
              maxLength={63}
              value={name}
              onChange={(event) => setName(event.target.value)}
              error={fieldOf(create.error, "name")}
            />
            <SelectField label="Kind" value={kind} onChange={(event) => setKind(event.target.value)}>
              {kinds.data?.map((one) => (
                <option key={one.kind} value={one.kind}>
                  {one.title}
                </option>
              ))}
            </SelectField>
            <TextField
              label="Title"
              maxLength={100}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          </div>
        }
      />
    </Page>
  );
}

export function EditTemplatePage() {
  const { projectId, template } = useParams({ from: "/app/projects/$projectId/templates/$template/edit" });
  const found = useQuery(templateQueries.template(template));
  const [base] = useState<{ number: number | null }>({ number: null });
  if (base.number === null && found.data) base.number = found.data.latestVersion;
  const number = base.number ?? 0;
  const version = useQuery({ ...templateQueries.version(template, number), enabled: number > 0 });
  const navigate = useNavigate();
  const save = useWrite({
    send: (written: Written) =>
      api.call("POST /v1/templates/{template}/versions", {
        path: { template },
        body: { ...written, baseVersion: number },
      }),
    stale: [`/v1/templates/${template}`, `/v1/projects/${projectId}/templates`],
    shown: true,
    onDone: () =>
      void navigate({ to: "/projects/$projectId/templates/$template", params: { projectId, template } }),
  });
  const error = found.error ?? version.error;
  const retry = () => Promise.all([found.refetch(), ...(number > 0 ? [version.refetch()] : [])]);
  return (
    <Readable key={template} projectId={projectId} permission="config.write" title="Template">
      <Page
        title={found.data ? `Edit ${found.data.title}` : "Template"}
        description="Saving makes a new version. Configs made from it stay as they are until they are updated."
      >
        {error ? <Problem error={error} retry={retry} /> : null}
        {version.data ? (
          <TextForm
            projectId={projectId}
            kind={found.data?.kind}
            start={{ content: version.data.content, parameters: stringify(version.data.parameters) }}
            action={`Save as version ${number + 1}`}
            write={save}
          />
        ) : error ? null : (
          <Skeleton rows={8} />
        )}
      </Page>
    </Readable>
  );
}

interface Written {
  content: string;
  parameters: Parameter[];
}

interface TextFormProps {
  projectId: string;
  kind: string | undefined;
  start: { content: string; parameters: string };
  action: string;
  write: { mutate: (written: Written) => void; error: unknown; isPending: boolean };
  fields?: React.ReactNode;
}

const areaClass =
  "min-h-32 w-full rounded-md border border-line-strong/60 bg-raised p-3 font-mono text-sm aria-invalid:border-bad";

function TextForm({ projectId, kind, start, action, write, fields }: TextFormProps) {
  const kinds = useQuery(queries.configKinds());
  const known = kinds.data?.find((one) => one.kind === kind);
  const [content, setContent] = useState(start.content);
  const [parameters, setParameters] = useState(start.parameters);
  const [broken, setBroken] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    try {
      // The server checks each, and names what is wrong by its place.
      const list = (parse(parameters) ?? []) as Parameter[];
      setBroken(undefined);
      write.mutate({ content, parameters: list });
    } catch (error) {
      setBroken(error instanceof Error ? error.message : "is not YAML");
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {fields}
      <div className="flex flex-col gap-1.5">
        <EditorPanel
          projectId={projectId}
          label="Text of the template"
          kind={kind}
          language={known?.language ?? "text"}
          documentKey={kind ?? ""}
          initial={content}
          content={content}
          onChange={setContent}
          toCheck={withStandIns}
          header={<span className="font-medium">Text</span>}
        />
        <p className="text-sm text-soft">
          {"${param:NAME} is replaced when a config is made from it; $${param: stands for the text itself."}
        </p>
      </div>
      <Field
        label="Parameters"
        hint="A YAML list: name, title, type (string, number, boolean, json), default (as text; none = it must be given), pattern, help."
        error={broken ?? fieldOf(write.error, "parameters")}
      >
        {(control) => (
          <textarea
            {...control}
            rows={8}
            spellCheck={false}
            value={parameters}
            onChange={(event) => setParameters(event.target.value)}
            className={areaClass}
          />
        )}
      </Field>
      {write.error ? <Problem error={write.error} /> : null}
      <Button type="submit" look="primary" busy={write.isPending} className="self-start">
        {action}
      </Button>
    </form>
  );
}
