import { useState } from "react";
import { DomainError } from "../../../domain/errors.ts";
import { matchSelector, parseSelector } from "../../../domain/fleets/selector.ts";
import { plural } from "../../../domain/plural.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";

interface BulkAddProps {
  configs: Config[];
  /** Ids of those that are named already. */
  named: ReadonlySet<string>;
  onAdd: (configs: Config[]) => void;
}

/** Adds a row for every config whose labels match. */
export function BulkAdd({ configs, named, onAdd }: BulkAddProps) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const labelled = configs.filter(({ labels }) => Object.keys(labels).length > 0);
  if (labelled.length === 0) return null;
  const add = () => {
    try {
      const selector = parseSelector(text);
      const found =
        selector.length === 0 ? [] : labelled.filter(({ labels }) => matchSelector(selector, labels));
      const fresh = found.filter(({ id }) => !named.has(id));
      setSaid(
        found.length === 0
          ? "No config has these labels."
          : `${plural(fresh.length, "config")} added, ${found.length - fresh.length} there already.`,
      );
      if (fresh.length > 0) onAdd(fresh);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      setSaid(error.message);
    }
  };
  return (
    <div className="flex flex-wrap items-start gap-2">
      <TextField
        label="All configs with these labels"
        placeholder="team=edge"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          // The form around it would start the rollout.
          event.preventDefault();
          if (text.trim() !== "") add();
        }}
        hint={said ?? "Adds a row for each of them"}
      />
      <Button className="mt-6.5" look="quiet" disabled={text.trim() === ""} onClick={add}>
        Add them
      </Button>
    </div>
  );
}
