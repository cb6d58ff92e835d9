import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AgentRender, RenderAgentBody } from "../../../protocol/api/renders.ts";
import { api } from "../../api/client.ts";
import { shortHash } from "../../lib/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { UnifiedDiff } from "./plan-diffs.tsx";

const views = {
  file: "The files in full",
  desired: "What differs from what is wanted of it",
  applied: "What differs from what it applied last",
  effective: "What differs from what it says it has",
} as const;
type View = keyof typeof views;

const changeTexts: Record<AgentRender["change"], string> = {
  changed: "It would change.",
  unchanged: "It runs this already.",
  latched: "It failed with this before, and would be left out.",
  none: "It would be given nothing.",
};

interface AgentRenderDialogProps {
  agent: { id: string; name: string };
  body: RenderAgentBody;
  onClose: () => void;
}

/** The files that one agent would be given, with secrets masked, beside what it has. */
export function AgentRenderDialog({ agent, body, onClose }: AgentRenderDialogProps) {
  const [view, setView] = useState<View>("file");
  const render = useQuery({
    queryKey: [`/v1/agents/${agent.id}/render`, JSON.stringify(body)],
    queryFn: ({ signal }) =>
      api.call("POST /v1/agents/{agent}/render", {
        path: { agent: agent.id },
        body: body as never,
        idempotencyKey: null,
        signal,
      }),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={`What ${agent.name} would get`}
      description="Filled in for its labels; secrets are masked. Nothing is sent."
    >
      {render.error ? <Problem error={render.error} retry={render.refetch} /> : null}
      {render.isPending ? <Skeleton rows={6} /> : null}
      {render.data ? (
        <div className="flex flex-col gap-4">
          <div>
            <p>
              {changeTexts[render.data.change]}{" "}
              {render.data.hash ? (
                <span className="font-mono text-xs text-soft">{shortHash(render.data.hash)}</span>
              ) : null}
            </p>
            {render.data.problem ? <p className="text-bad">{render.data.problem}</p> : null}
            <ul aria-label="Reasons" className="mt-1 list-disc pl-5 text-sm text-soft empty:hidden">
              {render.data.reasons.map((reason) => (
                <li key={reason} className="break-words">
                  {reason}
                </li>
              ))}
            </ul>
          </div>
          {render.data.files.length > 0 ? (
            <SelectField label="Show" value={view} onChange={(event) => setView(event.target.value as View)}>
              {Object.entries(views).map(([key, text]) => (
                <option key={key} value={key}>
                  {text}
                </option>
              ))}
            </SelectField>
          ) : null}
          {render.data.files.map((file) => (
            <section key={file.name} className="flex flex-col gap-1.5">
              <h3 className="font-mono text-sm font-medium break-all">{file.name}</h3>
              <FileView file={file} view={view} />
            </section>
          ))}
        </div>
      ) : null}
    </Dialog>
  );
}

function FileView({ file, view }: { file: AgentRender["files"][number]; view: View }) {
  if (view === "file") {
    return (
      <ScrollBox label={file.name} className="max-h-96 overflow-auto rounded-md border bg-sunken">
        <pre className="px-3 py-2 font-mono text-sm">{file.content}</pre>
      </ScrollBox>
    );
  }
  const diff = file.against[view];
  if (diff === null) return <p className="text-sm text-soft">Not known, or too long to compare.</p>;
  if (diff === "") return <p className="text-sm text-soft">Equal.</p>;
  return <UnifiedDiff diff={diff} label={`Difference of ${file.name}`} />;
}
