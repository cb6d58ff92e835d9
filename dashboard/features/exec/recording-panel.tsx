import { useMutation } from "@tanstack/react-query";
import { Download, Play } from "lucide-react";
import { toast } from "sonner";
import type { ExecSession } from "../../../protocol/api/exec.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { downloadText } from "../../lib/download.ts";
import { bytes } from "../../lib/format.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { readCast } from "./cast.ts";
import { RecordingPlayer } from "./recording-player.tsx";

const unreadable = new Error(
  "The recording is no asciicast of version 2. Download it, and look at it as the text that it is.",
);

function whyNone({ record, state }: ExecSession): string {
  if (!record) return "It was not recorded. Whoever opens a session chooses that.";
  return state === "ended"
    ? "There is no recording: nothing was shown, or it is older than 30 days."
    : "It is recorded, and can be watched once it has ended.";
}

/** What a session showed. It is asked for when somebody looks, since each look is audited. */
export function RecordingPanel({ session }: { session: ExecSession }) {
  const { id, recording } = session;
  const load = useMutation({
    mutationFn: async () => {
      const answer = await api.call("GET /v1/exec-sessions/{stream}/recording", { path: { stream: id } });
      const text = await answer.text();
      return { text, cast: readCast(text) };
    },
  });
  const save = useMutation({
    mutationFn: async () => load.data ?? (await load.mutateAsync()),
    onSuccess: ({ text }) => downloadText(`${id}.cast`, text, "application/x-asciicast"),
    onError: (error) => toast.error(asApiError(error).message),
  });
  if (recording === null) {
    return (
      <Panel title="Recording">
        <p className="text-soft">{whyNone(session)}</p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Recording"
      description={`${bytes(recording.bytes)}, kept until ${exactTime(recording.until)}. Looking at it is audited.`}
      actions={
        <Button size="sm" busy={save.isPending} disabled={load.isPending} onClick={() => save.mutate()}>
          <Download aria-hidden className="size-3.5" />
          Download
        </Button>
      }
    >
      {load.error ? <Problem error={load.error} retry={() => load.mutate()} /> : null}
      {load.data ? (
        load.data.cast ? (
          <RecordingPlayer cast={load.data.cast} />
        ) : (
          <Problem error={unreadable} />
        )
      ) : load.error ? null : (
        <Button look="primary" busy={load.isPending} onClick={() => load.mutate()}>
          <Play aria-hidden className="size-3.5" />
          Watch
        </Button>
      )}
    </Panel>
  );
}
