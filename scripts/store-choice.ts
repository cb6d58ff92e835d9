/** Where a deployed `muster` keeps its metadata, and so what must be migrated before its code is shipped. */
export type StoreChoice = { kind: "d1" } | { kind: "libsql"; url: string; authToken?: string };

/**
 * `DATABASE_URL` (and `DATABASE_AUTH_TOKEN`) of the environment, or D1. Throws when the Worker was deployed with libSQL
 * and the URL is not given now: its secrets cannot be read back, and its store would be left behind its code.
 */
export function storeChoice(
  env: Readonly<Record<string, string | undefined>>,
  workerSecrets: ReadonlySet<string>,
): StoreChoice {
  const { DATABASE_URL: url, DATABASE_AUTH_TOKEN: authToken } = env;
  if (url) {
    if (!/^(libsql|https):\/\//.test(url)) {
      throw new Error("DATABASE_URL must begin with libsql:// or https://, so that the Worker can reach it.");
    }
    return { kind: "libsql", url, ...(authToken && { authToken }) };
  }
  if (workerSecrets.has("DATABASE_URL")) {
    throw new Error(
      "The Worker muster keeps its metadata in libSQL (it has the secret DATABASE_URL), and a secret cannot be read back to migrate that store. Set DATABASE_URL and DATABASE_AUTH_TOKEN in the environment and run the command again, or begin anew in D1 with: npx wrangler secret delete DATABASE_URL",
    );
  }
  return { kind: "d1" };
}

/** What `muster` is shipped with, so that its code asks the very store that was migrated. */
export function storeSecrets(store: StoreChoice): Record<string, string> {
  if (store.kind === "d1") return {};
  return {
    DATABASE_URL: store.url,
    ...(store.authToken && { DATABASE_AUTH_TOKEN: store.authToken }),
  };
}
