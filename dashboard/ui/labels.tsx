import type { Labels as LabelMap } from "../../domain/fleets/agent-state.ts";
import { byGiver } from "../../domain/fleets/agent-words.ts";
import { cx } from "../lib/class-names.ts";

interface LabelsProps {
  labels: LabelMap;
  most?: number;
  /** Stays on one line, cut where it must. */
  oneLine?: boolean;
}

export function Labels({ labels, most = 99, oneLine }: LabelsProps) {
  const { given, told } = byGiver(labels);
  const entries = [...given, ...told];
  if (entries.length === 0) return <span className="text-sm text-faint">no labels</span>;
  const rest = entries.slice(most);
  return (
    <span className={cx("flex min-w-0 items-center gap-1", !oneLine && "flex-wrap")}>
      {entries.slice(0, most).map(([key, value]) => (
        <span
          key={key}
          title={`${key}=${value}`}
          className="inline-flex max-w-44 min-w-0 rounded border bg-sunken px-1.5 text-xs leading-5"
        >
          <span className="truncate">
            <span className="text-soft">{key}</span>={value}
          </span>
        </span>
      ))}
      {rest.length > 0 ? (
        <span className="text-xs text-soft" title={rest.map(([key, value]) => `${key}=${value}`).join(", ")}>
          +{rest.length}
        </span>
      ) : null}
    </span>
  );
}
