import { emptyConfigHash, type FileReference, type Render, renderer } from "../../domain/configs/render.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import { SelectorError } from "../../domain/fleets/selector.ts";
import type { ReleaseId } from "../../domain/ids.ts";
import type { BundledAssignment, ReleaseBundle } from "../../protocol/rpc/fleet.ts";
import type { RenderedFile, Tx } from "./parts.ts";

/** An assignment as the fleet keeps it: the content lies in `contents`, once. */
export type KeptAssignment = Omit<BundledAssignment, "content">;
export interface KeptRelease {
  id: ReleaseId;
  number: number;
  assignments: KeptAssignment[];
}

/** A release with its selectors parsed, ready to render for agents. */
export interface OpenRelease extends KeptRelease {
  renderFor: (labels: Labels) => Render<KeptAssignment>;
}

/** Parses the selectors. @throws DomainError that names the assignment whose selector cannot be read */
export function openRelease(release: KeptRelease): OpenRelease {
  try {
    return { ...release, renderFor: renderer(release.assignments) };
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    const index = release.assignments.findIndex((one) => !canRead(one));
    throw new DomainError({
      ...error.refusal,
      errors: [
        { path: `assignments[${index}].selector`, message: error.refusal.errors?.[0]?.message ?? error.hint },
      ],
    });
  }
}

function canRead(assignment: KeptAssignment): boolean {
  try {
    renderer([assignment]);
    return true;
  } catch {
    return false;
  }
}

export function withoutContents(bundle: ReleaseBundle): KeptRelease {
  const assignments = bundle.assignments.map(({ content: _, ...kept }) => kept);
  return { id: bundle.id, number: bundle.number, assignments };
}

/** The rows that releases are made of: each release, content and rendered set of files once. */
export class Releases {
  readonly #sql: SqlStorage;
  readonly #files = new Map<string, RenderedFile[]>();
  #current: OpenRelease | null | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#files.clear();
    this.#current = undefined;
  }

  /** The last one that succeeded; null = none yet. */
  current(): OpenRelease | null {
    if (this.#current === undefined) {
      const row = this.#sql
        .exec<{ release_id: string }>("SELECT release_id FROM current_release")
        .toArray()[0];
      const release = row ? this.find(row.release_id as ReleaseId) : null;
      this.#current = release ? openRelease(release) : null;
    }
    return this.#current;
  }

  setCurrent(tx: Tx, release: OpenRelease): void {
    tx.sql.exec(
      "INSERT INTO current_release (id, release_id) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET release_id = excluded.release_id",
      release.id,
    );
    this.#current = release;
  }

  find(id: ReleaseId): KeptRelease | null {
    const row = this.#sql.exec<{ body: string }>("SELECT body FROM releases WHERE id = ?", id).toArray()[0];
    // Written by `keep` from a KeptRelease.
    return row ? (JSON.parse(row.body) as KeptRelease) : null;
  }

  keep(tx: Tx, bundle: ReleaseBundle): void {
    for (const { sha256, content } of bundle.assignments) {
      tx.sql.exec(
        "INSERT INTO contents (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
        sha256,
        content,
      );
    }
    tx.sql.exec(
      "INSERT INTO releases (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
      bundle.id,
      JSON.stringify(withoutContents(bundle)),
    );
  }

  keepRender(tx: Tx, hash: string, files: readonly FileReference[]): void {
    tx.sql.exec(
      "INSERT INTO renders (hash, files) VALUES (?, ?) ON CONFLICT DO NOTHING",
      hash,
      JSON.stringify(files),
    );
  }

  files(hash: string): RenderedFile[] | null {
    if (hash === emptyConfigHash) return [];
    let files = this.#files.get(hash) ?? null;
    if (!files) {
      files = this.#readFiles(hash);
      if (files) this.#files.set(hash, files);
    }
    return files;
  }

  #readFiles(hash: string): RenderedFile[] | null {
    const row = this.#sql
      .exec<{ files: string }>("SELECT files FROM renders WHERE hash = ?", hash)
      .toArray()[0];
    if (!row) return null;
    return (JSON.parse(row.files) as FileReference[]).map(({ name, contentType, sha256 }) => ({
      name,
      contentType,
      content: this.#sql
        .exec<{ content: string }>("SELECT content FROM contents WHERE sha256 = ?", sha256)
        .one().content,
    }));
  }

  /** Drops what no agent runs, wants or was offered, and no kept rollout or the current release names. */
  dropUnused(tx: Tx, hashes: ReadonlySet<string>, releaseIds: ReadonlySet<string>): void {
    const contents = new Set<string>();
    for (const { hash, files } of tx.sql.exec<{ hash: string; files: string }>(
      "SELECT hash, files FROM renders",
    )) {
      if (hashes.has(hash))
        for (const file of JSON.parse(files) as FileReference[]) contents.add(file.sha256);
    }
    deleteOthers(tx, "renders", "hash", hashes);
    const current = this.current();
    for (const assignment of current?.assignments ?? []) contents.add(assignment.sha256);
    deleteOthers(tx, "contents", "sha256", contents);
    deleteOthers(tx, "releases", "id", new Set([...releaseIds, ...(current ? [current.id] : [])]));
    for (const hash of this.#files.keys()) if (!hashes.has(hash)) this.#files.delete(hash);
  }
}

function deleteOthers(
  tx: Tx,
  table: "renders" | "contents" | "releases",
  key: string,
  keep: ReadonlySet<string>,
): void {
  for (const { value } of tx.sql.exec<{ value: string }>(`SELECT ${key} AS value FROM ${table}`).toArray()) {
    if (!keep.has(value)) tx.sql.exec(`DELETE FROM ${table} WHERE ${key} = ?`, value);
  }
}
