import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import type { AgentFacts } from "../../../domain/configs/facts.ts";

const quietMs = 350;

/** Diagnostics of what is being written, by the kind's own rules, in the browser: no text leaves it before it is saved. */
export function useValidation(kind: string | undefined, content: string, facts: AgentFacts | null) {
  const [settled, setSettled] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(content), quietMs);
    return () => clearTimeout(timer);
  }, [content]);
  const query = useQuery({
    queryKey: ["validate", kind, settled, facts],
    queryFn: async () => {
      // The parsers of all kinds come only to those who edit.
      const { validate } = await import("../../../domain/configs/kinds.ts");
      const diagnostics = validate(kind ?? "", settled, facts ?? undefined);
      return { valid: !hasErrors(diagnostics), diagnostics };
    },
    enabled: kind !== undefined,
    networkMode: "always",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: (previous) => previous,
  });
  return {
    validation: query.data,
    error: query.error,
    /** True while the answer is about an older text. */
    checking: settled !== content || query.isFetching,
  };
}
