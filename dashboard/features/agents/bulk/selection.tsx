import { createContext, use } from "react";

/** Which agents of a list are chosen, by id. */
export interface Selection {
  chosen: ReadonlySet<string>;
  toggle: (agentId: string) => void;
}

export const SelectionContext = createContext<Selection | null>(null);

/** Lies above the row's link. Nothing where nobody may choose. */
export function ChooseAgent({ agentId, name }: { agentId: string; name: string }) {
  const selection = use(SelectionContext);
  if (!selection) return null;
  return (
    <input
      type="checkbox"
      aria-label={`Choose ${name}`}
      className="relative z-1 size-4 shrink-0 accent-accent"
      checked={selection.chosen.has(agentId)}
      onChange={() => selection.toggle(agentId)}
    />
  );
}
