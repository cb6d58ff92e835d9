import { type ReactNode, useState } from "react";
import type { ConfigDraft } from "../../../protocol/api/config-versions.ts";
import { Button } from "../../ui/button.tsx";
import { Time } from "../../ui/time.tsx";
import { DiffView } from "./diff-view.tsx";

function Notice({ children, below }: { children: ReactNode; below?: ReactNode }) {
  return (
    <div
      role="status"
      className="flex flex-col gap-3 rounded-lg border border-warn/40 bg-warn-tint px-4 py-2.5"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">{children}</div>
      {below}
    </div>
  );
}

interface NewerVersionProps {
  latest: number;
  /** Something is written that would be lost. */
  changed: boolean;
  onLoad: () => void;
  onMerge: () => void;
  merging: boolean;
}

/** Somebody saved a version while this text was written. */
export function NewerVersionNotice({ latest, changed, onLoad, onMerge, merging }: NewerVersionProps) {
  return (
    <Notice>
      <span className="min-w-0 flex-1 basis-56">Version {latest} was saved meanwhile.</span>
      {changed ? (
        <Button size="sm" busy={merging} onClick={onMerge}>
          Bring it into your text
        </Button>
      ) : null}
      <Button size="sm" look="quiet" onClick={onLoad}>
        {changed ? "Drop what you wrote and load it" : "Load it"}
      </Button>
    </Notice>
  );
}

interface DraftMovedProps {
  /** null = it was published or thrown away. */
  draft: ConfigDraft | null;
  content: string;
  onLoad: () => void;
  onKeep: () => void;
}

/** Somebody else saved the shared draft: nobody's text is written over before both were seen. */
export function DraftMovedNotice({ draft, content, onLoad, onKeep }: DraftMovedProps) {
  const [comparing, setComparing] = useState(false);
  return (
    <Notice
      below={
        comparing && draft ? (
          <DiffView
            older={draft.content}
            newer={content}
            olderName={`the draft of ${draft.author}`}
            newerName="your text"
          />
        ) : null
      }
    >
      <span className="min-w-0 flex-1 basis-56">
        {draft ? (
          <>
            {draft.author} saved the draft <Time at={draft.updatedAt} />.
          </>
        ) : (
          "The draft was published or thrown away meanwhile."
        )}
      </span>
      {draft ? (
        <Button size="sm" aria-pressed={comparing} onClick={() => setComparing(!comparing)}>
          Compare with yours
        </Button>
      ) : null}
      <Button size="sm" look="quiet" onClick={onLoad}>
        {draft ? "Load the draft" : "Load the latest version"}
      </Button>
      <Button size="sm" look="quiet" onClick={onKeep}>
        Keep yours
      </Button>
    </Notice>
  );
}
