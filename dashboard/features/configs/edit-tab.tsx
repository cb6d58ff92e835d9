import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { ConfigDraft } from "../../../protocol/api/config-versions.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { DraftMovedNotice, NewerVersionNotice } from "./edit-notices.tsx";
import { EditorPanel } from "./editor-panel.tsx";
import { hasConflict } from "./merged-text.ts";
import { draftQuery } from "./use-draft.ts";
import { useEdit } from "./use-edit.ts";

export function EditTab({ config }: { config: Config }) {
  const draft = useQuery(draftQuery(config.id));
  if (draft.data === undefined) {
    return draft.error ? <Problem error={draft.error} retry={draft.refetch} /> : <Skeleton rows={9} />;
  }
  return <Editing config={config} draft={draft.data} />;
}

function Editing({ config, draft }: { config: Config; draft: ConfigDraft | null }) {
  const edit = useEdit(config, draft);
  const { base, revision } = edit.origin;
  const version = useQuery({ ...queries.configVersion(config.id, base), enabled: base > 0 });
  const kind = useQuery(queries.configKinds()).data?.find((each) => each.kind === config.kind);
  const refused = useWhyNotInProject(config.projectId)("config.write");
  const [message, setMessage] = useState("");
  const [discarding, setDiscarding] = useState(false);
  const start = edit.origin.content ?? (base === 0 ? kind?.template : version.data?.content);
  const content = edit.written ?? start ?? "";
  const changed = edit.written !== null && edit.written !== start;
  const unsettled = hasConflict(content)
    ? "Both sides of a merge are still in the text. Choose at each <<<<<<<, and take the marks away."
    : refused;
  useEffect(() => {
    if (!changed) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (unsettled !== undefined) return;
    edit.save.mutate({ content, message }, { onSuccess: () => setMessage("") });
  };

  if (start === undefined || !kind) {
    return version.error ? <Problem error={version.error} retry={version.refetch} /> : <Skeleton rows={9} />;
  }
  const busy = edit.save.isPending || edit.saveDraft.isPending;
  const draftMoved = !busy && (draft?.revision ?? null) !== revision;
  // The notice above the text says it already, with the ways out.
  const told = draftMoved ? null : edit.saveDraft.error;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {draftMoved ? (
        <DraftMovedNotice
          draft={draft}
          content={content}
          onLoad={() => edit.open(draft)}
          onKeep={() => {
            edit.setWritten(content);
            edit.keepMine(draft);
          }}
        />
      ) : null}
      {config.latestVersion > base ? (
        <NewerVersionNotice
          latest={config.latestVersion}
          changed={changed || revision !== null}
          merging={edit.merge.isPending}
          onMerge={() => edit.merge.mutate(content)}
          onLoad={() => (revision === null ? edit.open(null) : setDiscarding(true))}
        />
      ) : null}
      <EditorPanel
        projectId={config.projectId}
        label={`Content of ${config.name}`}
        kind={config.kind}
        language={kind.language}
        documentKey={`${config.id} ${edit.document}`}
        initial={content}
        content={content}
        onChange={edit.setWritten}
        header={
          <span className="text-sm text-soft">
            {revision === null ? "" : "draft "}
            {base === 0 ? "not saved yet" : `from version ${base}`}
            {changed ? ", changed" : ""}
          </span>
        }
      />
      {[edit.save.error, told, edit.discard.error, edit.merge.error].map((error, at) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is fixed.
        error ? <Problem key={at} error={error} /> : null,
      )}
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label="Message"
          maxLength={500}
          placeholder="What changes, and why"
          value={message}
          onChange={(event) => setMessage(event.target.value)}
          className="min-w-52 flex-1"
        />
        {revision === null ? null : (
          <Button look="quiet" refused={refused} onClick={() => setDiscarding(true)}>
            Throw the draft away
          </Button>
        )}
        <Button
          refused={unsettled}
          busy={edit.saveDraft.isPending}
          disabled={!changed || edit.save.isPending}
          onClick={() => edit.saveDraft.mutate(content)}
        >
          Save the draft
        </Button>
        <Button
          type="submit"
          look="primary"
          busy={edit.save.isPending}
          refused={unsettled}
          disabled={(!changed && base > 0 && revision === null) || edit.saveDraft.isPending}
        >
          Save as new version
        </Button>
      </div>
      <Confirm
        open={discarding}
        onOpenChange={setDiscarding}
        title={`Throw the draft of ${config.name} away?`}
        action="Throw the draft away"
        danger
        busy={edit.discard.isPending}
        onConfirm={() => edit.discard.mutate(undefined, { onSettled: () => setDiscarding(false) })}
      >
        It is everybody's draft. The editor goes back to the latest version; this cannot be undone.
      </Confirm>
    </form>
  );
}
