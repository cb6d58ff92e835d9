import { useMutation } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ListedConfigVersion } from "../../../protocol/api/config-versions.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { MenuContent, MenuItem, MenuLine, MenuRoot, MenuTrigger } from "../../ui/menu.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

interface VersionActionsProps {
  config: Config;
  version: ListedConfigVersion;
}

/** What may be done with one version of a config, for who may write it. */
export function VersionActions({ config, version }: VersionActionsProps) {
  const [asked, setAsked] = useState<"label" | "restore" | "delete" | null>(null);
  const close = () => setAsked(null);
  const stale = `/v1/configs/${config.id}`;
  const path = { config: config.id, number: version.number };
  const restore = useMutation({
    mutationFn: () =>
      api.call("POST /v1/configs/{config}/versions/{number}/restore", {
        path,
        body: { baseVersion: config.latestVersion },
      }),
    onSuccess: async (made) => {
      toast.success(`Version ${made.number} has the content of version ${version.number}.`);
      close();
      await invalidate(stale);
    },
    onError: async (error) => {
      toast.error(asApiError(error).message, { duration: 10_000 });
      await invalidate(stale);
    },
  });
  const remove = useWrite({
    send: () => api.call("DELETE /v1/configs/{config}/versions/{number}", { path }),
    stale: [stale],
    onDone: close,
  });
  const isLatest = version.number === config.latestVersion;
  return (
    <>
      <MenuRoot>
        <MenuTrigger asChild>
          <IconButton label={`More for version ${version.number}`}>
            <Ellipsis aria-hidden />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={() => setAsked("label")}>Put a label on it</MenuItem>
          {isLatest ? null : (
            <>
              <MenuItem onSelect={() => setAsked("restore")}>Restore as a new version</MenuItem>
              <MenuLine />
              <MenuItem className="text-bad" onSelect={() => setAsked("delete")}>
                Delete
              </MenuItem>
            </>
          )}
        </MenuContent>
      </MenuRoot>
      {asked === "label" ? <LabelDialog config={config} version={version} onClose={close} /> : null}
      <Confirm
        open={asked === "restore"}
        onOpenChange={(open) => !open && close()}
        title={`Restore version ${version.number}?`}
        action={`Save as version ${config.latestVersion + 1}`}
        busy={restore.isPending}
        onConfirm={() => restore.mutate()}
      >
        Its content becomes version {config.latestVersion + 1}. Nothing is deployed by that.
      </Confirm>
      <Confirm
        open={asked === "delete"}
        onOpenChange={(open) => !open && close()}
        title={`Delete version ${version.number}?`}
        action="Delete the version"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        Its text is lost, and its number is not used again. A version that a release names is kept.
      </Confirm>
    </>
  );
}

function LabelDialog({ config, version, onClose }: VersionActionsProps & { onClose: () => void }) {
  const [label, setLabel] = useState("");
  const put = useWrite({
    send: (name: string) =>
      api.call("PUT /v1/configs/{config}/labels/{label}", {
        path: { config: config.id, label: name },
        body: { version: version.number },
      }),
    stale: [`/v1/configs/${config.id}`],
    onDone: onClose,
    shown: true,
  });
  return (
    <WriteDialog
      title={`Label version ${version.number}`}
      description="A label leaves the version that it was on. What is deployed stays as it is."
      action="Put the label"
      write={put}
      onSubmit={() => put.mutate(label.trim())}
      onClose={onClose}
    >
      <TextField
        label="Label"
        required
        maxLength={40}
        pattern="[a-z]([a-z0-9.\-]*[a-z0-9])?"
        title="Lower-case letters, digits, dots and dashes; begins with a letter"
        placeholder="prod"
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        error={fieldOf(put.error, "label")}
      />
    </WriteDialog>
  );
}
