import { Button } from "../../ui/button.tsx";
import { DiffView } from "../configs/diff-view.tsx";

interface ChangedMeanwhileProps {
  /** As lines: what this page began with, and what somebody has made of it since. */
  before: string;
  after: string;
  busy: boolean;
  onTake: () => void;
  onOverwrite: () => void;
}

export function ChangedMeanwhile({ before, after, busy, onTake, onOverwrite }: ChangedMeanwhileProps) {
  return (
    <div role="alert" className="flex flex-col gap-3 rounded-lg border border-warn/40 bg-warn-tint p-4">
      <div>
        <p className="font-medium">Somebody changed this while you looked at it</p>
        <p className="mt-0.5 text-sm">
          Nothing of yours is saved yet. This is what they changed; load it and begin again, or save yours in
          its place.
        </p>
      </div>
      <div className="rounded-lg border bg-raised">
        <DiffView
          older={before}
          newer={after}
          olderName="what you began with"
          newerName="what is there now"
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={onTake}>
          Load what is there now
        </Button>
        <Button look="danger" busy={busy} onClick={onOverwrite}>
          Save mine in its place
        </Button>
      </div>
    </div>
  );
}
