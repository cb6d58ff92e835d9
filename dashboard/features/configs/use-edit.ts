import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConfigDraft } from "../../../protocol/api/config-versions.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { invalidate, queries, queryClient } from "../../api/queries.ts";
import { mergedText } from "./merged-text.ts";
import { draftQuery } from "./use-draft.ts";

/** Where the text in the editor comes from. */
interface Origin {
  /** The version that it is based on; 0 = none. */
  base: number;
  /** Of the draft that it was read from or saved as; null = there was none. */
  revision: number | null;
  /** The draft's text; null = the version's own. */
  content: string | null;
}

const originOf = (config: Config, draft: ConfigDraft | null): Origin =>
  draft
    ? { base: draft.baseVersion, revision: draft.revision, content: draft.content }
    : { base: config.latestVersion, revision: null, content: null };

/** The text of a config's next version while it is written, with its draft, its base, and what becomes of them. */
export function useEdit(config: Config, draft: ConfigDraft | null) {
  const path = { config: config.id };
  const [origin, setOrigin] = useState(() => originOf(config, draft));
  const [written, setWritten] = useState<string | null>(null);
  /** Rises when the editor is given another text than the one that was typed into it. */
  const [document, setDocument] = useState(0);

  const open = (next: ConfigDraft | null) => {
    setOrigin(originOf(config, next));
    setWritten(null);
    setDocument((number) => number + 1);
  };
  const told = (next: ConfigDraft | null) => queryClient.setQueryData(draftQuery(config.id).queryKey, next);
  const reread = async (error: unknown) => {
    if (error instanceof ApiError && error.status === 409) await invalidate(`/v1/configs/${config.id}`);
  };
  const put = async (content: string, at: Origin): Promise<ConfigDraft> => {
    const saved = await api.call("PUT /v1/configs/{config}/draft", {
      path,
      body: { content, baseVersion: at.base },
      ...(at.revision !== null && { ifMatch: `"${at.revision}"` }),
    });
    setOrigin({ base: saved.baseVersion, revision: saved.revision, content: saved.content });
    told(saved);
    return saved;
  };

  const saveDraft = useMutation({
    mutationFn: (content: string) => put(content, origin),
    onSuccess: () => toast.success("The draft is saved."),
    onError: reread,
  });
  const save = useMutation({
    mutationFn: async ({ content, message }: { content: string; message: string }) => {
      const words = message.trim() ? { message } : {};
      if (origin.revision === null) {
        return api.call("POST /v1/configs/{config}/versions", {
          path,
          body: { content, baseVersion: origin.base, ...words },
        });
      }
      const { revision } =
        content === origin.content ? { revision: origin.revision } : await put(content, origin);
      return api.call("POST /v1/configs/{config}/draft/publish", {
        path,
        body: words,
        ifMatch: `"${revision}"`,
      });
    },
    onSuccess: async (saved) => {
      toast.success(`Saved as version ${saved.number}.`);
      queryClient.setQueryData(queries.configVersion(config.id, saved.number).queryKey, saved);
      told(null);
      setOrigin({ base: saved.number, revision: null, content: null });
      // What was typed while it was being saved stays.
      setWritten((now) => (now === saved.content ? null : now));
      await invalidate(`/v1/configs/${config.id}`);
    },
    onError: reread,
  });
  const discard = useMutation({
    mutationFn: () =>
      api.call("DELETE /v1/configs/{config}/draft", {
        path,
        ...(origin.revision !== null && { ifMatch: `"${origin.revision}"` }),
      }),
    onSuccess: ({ receipt }) => {
      toast.success(receipt.summary);
      told(null);
      open(null);
    },
    onError: reread,
  });
  /** Brings what the latest version changed into what was written. */
  const merge = useMutation({
    mutationFn: async (content: string) => {
      const text = async (version: number) =>
        version === 0
          ? ""
          : (await queryClient.fetchQuery(queries.configVersion(config.id, version))).content;
      const [base, theirs] = await Promise.all([text(origin.base), text(config.latestVersion)]);
      return mergedText(base, content, theirs, `version ${config.latestVersion}`);
    },
    onSuccess: ({ text, conflicts }) => {
      setOrigin({ ...origin, base: config.latestVersion });
      setWritten(text);
      setDocument((number) => number + 1);
      if (conflicts === 0) toast.success(`Your text has what version ${config.latestVersion} changed.`);
      else toast.warning("Both changed the same lines. Choose at each <<<<<<<, and take the marks away.");
    },
  });

  return {
    origin,
    written,
    setWritten,
    document,
    open,
    /** Goes on with one's own text in place of the draft that somebody else saved. */
    keepMine: (now: ConfigDraft | null) =>
      setOrigin({ ...origin, revision: now?.revision ?? null, content: null }),
    saveDraft,
    save,
    discard,
    merge,
  };
}
