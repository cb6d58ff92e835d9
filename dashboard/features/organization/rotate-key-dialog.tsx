import { useState } from "react";
import type { ApiKey, CreatedApiKey } from "../../../protocol/api/api-keys.ts";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { SelectField } from "../../ui/field.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

interface RotateKeyDialogProps {
  orgId: string;
  apiKey: ApiKey;
  onClose: () => void;
  onRotated: (made: CreatedApiKey) => void;
}

const overlaps = [
  [0, "it ends at once"],
  [3_600, "1 hour"],
  [86_400, "1 day"],
  [7 * 86_400, "7 days"],
  [30 * 86_400, "30 days"],
] as const;

export function RotateKeyDialog({ orgId, apiKey, onClose, onRotated }: RotateKeyDialogProps) {
  const [overlapSeconds, setOverlapSeconds] = useState(86_400);
  const rotate = useWrite({
    send: () =>
      api.call("POST /v1/api-keys/{key}/rotate", { path: { key: apiKey.id }, body: { overlapSeconds } }),
    stale: [`/v1/orgs/${orgId}/api-keys`],
    shown: true,
    onDone: onRotated,
  });
  return (
    <WriteDialog
      title={`Rotate ${apiKey.name}`}
      description="You get a new key of the same name, role and place. It is shown once."
      action="Rotate the key"
      write={rotate}
      onSubmit={() => rotate.mutate(undefined)}
      onClose={onClose}
    >
      <SelectField
        label="How long the old key goes on"
        value={overlapSeconds}
        onChange={(event) => setOverlapSeconds(Number(event.target.value))}
        hint="Long enough to give the new key to every program that uses it."
        error={fieldOf(rotate.error, "overlapSeconds")}
      >
        {overlaps.map(([seconds, text]) => (
          <option key={seconds} value={seconds}>
            {text}
          </option>
        ))}
      </SelectField>
    </WriteDialog>
  );
}
