import { X } from "lucide-react";
import type { Config } from "../../../protocol/api/configs.ts";
import { api } from "../../api/client.ts";
import { useWrite } from "../../api/use-write.ts";

interface VersionLabelsProps {
  config: Config;
  labels: string[];
  /** Why they may not be taken away. */
  refused: string | undefined;
}

export function VersionLabels({ config, labels, refused }: VersionLabelsProps) {
  const remove = useWrite({
    send: (label: string) =>
      api.call("DELETE /v1/configs/{config}/labels/{label}", { path: { config: config.id, label } }),
    stale: [`/v1/configs/${config.id}`],
  });
  if (labels.length === 0) return "–";
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <span
          key={label}
          className="inline-flex items-center gap-0.5 rounded border bg-sunken pl-1.5 text-xs leading-5 has-[button]:pr-0 pr-1.5"
        >
          {label}
          {refused === undefined ? (
            <button
              type="button"
              aria-label={`Take the label ${label} away`}
              disabled={remove.isPending}
              onClick={() => remove.mutate(label)}
              className="inline-flex size-5 items-center justify-center rounded text-soft hover:bg-hover hover:text-text"
            >
              <X aria-hidden className="size-3" />
            </button>
          ) : null}
        </span>
      ))}
    </span>
  );
}
