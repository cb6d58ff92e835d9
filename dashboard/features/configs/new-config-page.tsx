import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { EditorPanel } from "./editor-panel.tsx";

export function NewConfigPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/configs/new" });
  return (
    <Readable key={projectId} projectId={projectId} permission="config.write" title="New config">
      <NewConfigView projectId={projectId} />
    </Readable>
  );
}

function NewConfigView({ projectId }: { projectId: string }) {
  const navigate = useNavigate();
  const kinds = useQuery(queries.configKinds());
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [message, setMessage] = useState("");
  const [written, setWritten] = useState<string | null>(null);
  const kind = kinds.data?.find((each) => each.kind === chosen) ?? kinds.data?.[0];
  const content = written ?? kind?.template ?? "";
  const create = useMutation({
    mutationFn: () =>
      api.call("POST /v1/projects/{project}/configs", {
        path: { project: projectId },
        body: {
          name,
          kind: kind?.kind ?? "",
          content,
          ...(message.trim() ? { message } : {}),
        },
      }),
    onSuccess: async (config) => {
      toast.success(`${config.name} is saved as version 1.`);
      await invalidate(`/v1/projects/${projectId}/configs`);
      void navigate({ to: "/configs/$configId", params: { configId: config.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Page
      title="New config"
      description="It is checked as you write. Saving makes version 1; nothing is deployed yet."
    >
      {kinds.error ? <Problem error={kinds.error} retry={kinds.refetch} /> : null}
      {kind ? (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <div className="grid gap-4 sm:grid-cols-3">
            <TextField
              label="Name"
              required
              maxLength={63}
              pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
              title="Lower-case letters, digits and dashes"
              placeholder="edge-proxy"
              value={name}
              onChange={(event) => setName(event.target.value)}
              error={create.error instanceof ApiError ? create.error.field("name") : undefined}
            />
            <SelectField
              label="Kind"
              value={kind.kind}
              onChange={(event) => {
                setChosen(event.target.value);
                if (!written?.trim()) setWritten(null);
              }}
            >
              {kinds.data?.map((each) => (
                <option key={each.kind} value={each.kind}>
                  {each.title}
                </option>
              ))}
            </SelectField>
            <TextField
              label="Message"
              maxLength={500}
              placeholder="What this version is for"
              value={message}
              onChange={(event) => setMessage(event.target.value)}
            />
          </div>
          <EditorPanel
            projectId={projectId}
            label="Content of the config"
            kind={kind.kind}
            language={kind.language}
            documentKey={kind.kind}
            initial={content}
            content={content}
            onChange={setWritten}
            header={<code className="font-mono text-sm">{kind.defaultFileName}</code>}
          />
          {create.error ? <Problem error={create.error} /> : null}
          <Button type="submit" look="primary" busy={create.isPending} className="self-start">
            Save as version 1
          </Button>
        </form>
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}
