import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { toast } from "sonner";
import type { Config } from "../../../protocol/api/configs.ts";
import { useWhyNotInProject } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { invalidate, queries, queryClient } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { EditorPanel } from "./editor-panel.tsx";

export function EditTab({ config }: { config: Config }) {
  /** The version that the text in the editor started from. */
  const [base, setBase] = useState(config.latestVersion);
  const version = useQuery({ ...queries.configVersion(config.id, base), enabled: base > 0 });
  const kind = useQuery(queries.configKinds()).data?.find((each) => each.kind === config.kind);
  const refused = useWhyNotInProject(config.projectId)("config.write");
  const [written, setWritten] = useState<string | null>(null);
  const [message, setMessage] = useState("");
  const start = base === 0 ? (kind?.template ?? "") : version.data?.content;
  const content = written ?? start ?? "";
  const changed = written !== null && written !== start;
  const save = useMutation({
    mutationFn: () =>
      api.call("POST /v1/configs/{config}/versions", {
        path: { config: config.id },
        body: {
          content,
          baseVersion: base,
          ...(message.trim() ? { message } : {}),
        },
      }),
    onSuccess: async (saved) => {
      toast.success(`Saved as version ${saved.number}.`);
      queryClient.setQueryData(queries.configVersion(config.id, saved.number).queryKey, saved);
      setBase(saved.number);
      setWritten(null);
      setMessage("");
      await invalidate(`/v1/configs/${config.id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (refused === undefined) save.mutate();
  };
  useEffect(() => {
    if (!changed) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);

  if (version.error) return <Problem error={version.error} retry={version.refetch} />;
  if (start === undefined || !kind) return <Skeleton rows={9} />;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {config.latestVersion > base ? (
        <p role="status" className="rounded-lg border border-warn/40 bg-warn-tint px-4 py-2.5 text-sm">
          Version {config.latestVersion} was saved meanwhile.{" "}
          <button
            type="button"
            className="font-medium underline underline-offset-2"
            onClick={() => {
              setBase(config.latestVersion);
              setWritten(null);
            }}
          >
            {changed ? "Drop what you wrote and load it" : "Load it"}
          </button>
        </p>
      ) : null}
      <EditorPanel
        label={`Content of ${config.name}`}
        kind={config.kind}
        language={kind.language}
        documentKey={`${config.id} ${base}`}
        initial={start}
        content={content}
        onChange={setWritten}
        header={
          <span className="text-sm text-soft">
            {base === 0 ? "not saved yet" : `from version ${base}`}
            {changed ? ", changed" : ""}
          </span>
        }
      />
      {save.error ? <Problem error={save.error} /> : null}
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label="Message"
          maxLength={500}
          placeholder="What changes, and why"
          value={message}
          onChange={(event) => setMessage(event.target.value)}
          className="min-w-52 flex-1"
        />
        <Button
          type="submit"
          look="primary"
          busy={save.isPending}
          refused={refused}
          disabled={!changed && base > 0}
        >
          Save as new version
        </Button>
      </div>
    </form>
  );
}
