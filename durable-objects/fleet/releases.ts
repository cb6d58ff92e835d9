import { sha256Hex } from "../../domain/configs/hash.ts";
import {
  type ChosenSecret,
  type ChosenValues,
  fillFile,
  maskedSecret,
} from "../../domain/configs/inputs/fill.ts";
import type { Quoting } from "../../domain/configs/inputs/template.ts";
import { noInputs } from "../../domain/configs/inputs/values.ts";
import { compileConfig } from "../../domain/configs/kinds.ts";
import { hashPackages, type PackageReference, targetHash } from "../../domain/configs/packages.ts";
import { emptyConfigHash, type FileReference, hashFiles } from "../../domain/configs/render.ts";
import type { SourcedFile } from "../../domain/configs/render-reasons.ts";
import type { ReleaseId } from "../../domain/ids.ts";
import type { ReleaseBundle, SealedSecrets } from "../../protocol/rpc/fleet.ts";
import {
  type AgentRender,
  type KeptRelease,
  type OpenRelease,
  openBundle,
  openRelease,
  sourcedFiles,
  withoutContents,
} from "./open-release.ts";
import type { Bundle, RenderedFile, Tx } from "./parts.ts";
import type { FleetSecrets } from "./secrets.ts";

/** A file of a render, with what is needed to fill it in again. */
type KeptFile = SourcedFile & { kind?: string; quoting?: Quoting };

const noFiles: Bundle = {
  configHash: emptyConfigHash,
  files: [],
  kinds: new Map(),
  packages: [],
  packagesHash: null,
};

/** What a hash is called that gives an agent anew what it has: every client applies it, since it never had it. */
export function reapplyHash({ configHash, packagesHash }: Bundle, salt: string) {
  const saltedHash = sha256Hex(`${configHash}\n${salt}`);
  return { configHash: saltedHash, hash: targetHash(saltedHash, packagesHash) };
}

/** The rows that releases are made of: each release, content and rendered set of files once. */
export class Releases {
  readonly #sql: SqlStorage;
  readonly #bundles = new Map<string, Bundle>();
  readonly #bases = new Map<string, string>();
  readonly #secrets: FleetSecrets;
  #current: OpenRelease | null | undefined;

  constructor(sql: SqlStorage, secrets: FleetSecrets) {
    this.#sql = sql;
    this.#secrets = secrets;
  }

  forget(): void {
    this.#secrets.forget();
    this.#bundles.clear();
    this.#bases.clear();
    this.#current = undefined;
  }

  /** The last one that succeeded; null = none yet. */
  current(): OpenRelease | null {
    if (this.#current === undefined) {
      const row = this.#sql
        .exec<{ release_id: string }>("SELECT release_id FROM current_release")
        .toArray()[0];
      const release = row ? this.find(row.release_id as ReleaseId) : null;
      this.#current = release ? this.open(release) : null;
    }
    return this.#current;
  }

  setCurrent(tx: Tx, release: OpenRelease | null): void {
    if (release === null) tx.sql.exec("DELETE FROM current_release");
    else {
      tx.sql.exec(
        "INSERT INTO current_release (id, release_id) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET release_id = excluded.release_id",
        release.id,
      );
    }
    this.#current = release;
  }

  find(id: ReleaseId): KeptRelease | null {
    const row = this.#sql.exec<{ body: string }>("SELECT body FROM releases WHERE id = ?", id).toArray()[0];
    // Written by `keep` from a KeptRelease; the oldest know of no packages and inputs.
    const release = row
      ? (JSON.parse(row.body) as Omit<KeptRelease, "packages" | "inputs"> & Partial<KeptRelease>)
      : null;
    return release && { packages: [], inputs: noInputs, ...release };
  }

  /** `brought`: secrets that it names and that need not be held. */
  open(release: KeptRelease, brought?: SealedSecrets): OpenRelease {
    return openRelease(release, (sha256) => this.#text(sha256), this.#secrets.textsWith(brought));
  }

  #text(sha256: string): string {
    return this.#sql.exec<{ content: string }>("SELECT content FROM contents WHERE sha256 = ?", sha256).one()
      .content;
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
    if (bundle.secrets) this.#secrets.keep(tx, bundle.secrets);
  }

  keepRender(tx: Tx, hash: string, render: AgentRender): void {
    const { packages, matched } = render;
    const assigned = new Map(matched.map((assignment) => [assignment.fileName, assignment]));
    const kept = sourcedFiles(render).map((file): KeptFile => {
      const { kind = "file", quoting } = assigned.get(file.name) ?? {};
      return file.filled && quoting ? { ...file, kind, quoting } : { ...file, kind };
    });
    tx.sql.exec(
      "INSERT INTO renders (hash, files, packages) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      hash,
      JSON.stringify(kept),
      packages.length === 0 ? null : JSON.stringify(packages),
    );
  }

  /** The files of `base`, under a hash of their own. */
  keepReapplied(tx: Tx, base: string, salt: string): void {
    const bundle = this.bundle(base);
    if (!bundle) throw new Error(`The files of config ${base} are not held`);
    const { hash, configHash } = reapplyHash(bundle, salt);
    tx.sql.exec(
      `INSERT INTO renders (hash, files, packages, base, config_hash)
       SELECT ?, files, packages, coalesce(base, hash), ? FROM renders WHERE hash = ? ON CONFLICT DO NOTHING`,
      hash,
      configHash,
      base,
    );
    this.#bases.delete(hash);
  }

  /** The hash that a release gives for what this one stands for: itself, unless it gives the same anew. */
  baseOf(hash: string): string {
    const known = this.#bases.get(hash);
    if (known !== undefined) return known;
    const row = this.#sql
      .exec<{ base: string | null }>("SELECT base FROM renders WHERE hash = ?", hash)
      .toArray()[0];
    const base = row?.base ?? hash;
    if (row) this.#bases.set(hash, base);
    return base;
  }

  /** For people and for comparing: secrets are masked. null = nothing of this hash is held. */
  bundle(hash: string): Bundle | null {
    let bundle = this.#bundles.get(hash) ?? (hash === emptyConfigHash ? noFiles : null);
    if (!bundle) {
      bundle = this.#readBundle(hash, maskedSecret);
      if (bundle) this.#bundles.set(hash, bundle);
    }
    return bundle;
  }

  /** For the agent alone: with its secrets. null = nothing of this hash is held. */
  sendable(hash: string): Bundle | null {
    if (hash === emptyConfigHash) return noFiles;
    const bundle = this.#readBundle(hash, ({ versionId }) => this.#secrets.text(versionId));
    const references = this.references(hash) ?? [];
    const secret = new Set(
      references.filter(({ filled }) => secretsOf(filled?.values).length > 0).map(({ name }) => name),
    );
    if (!bundle || secret.size === 0) return bundle;
    const { configHash, kinds, packages, packagesHash } = bundle;
    const files = bundle.files.map(
      (file): RenderedFile => (secret.has(file.name) ? { ...file, secret: true } : file),
    );
    return { configHash, files, kinds, packages, packagesHash };
  }

  /** For comparing with what agents report. null = it cannot be told. */
  expected(hash: string): Bundle | null {
    const bundle = this.bundle(hash);
    const fill = (secretText: (secret: ChosenSecret) => string) => this.#filesOf(hash, secretText);
    const files = this.asReported(this.references(hash) ?? [], fill);
    return bundle && files && { ...bundle, files };
  }

  /** What `fill` makes of these files with their secrets, masked as reports are; null = some cannot be opened. */
  asReported(
    files: readonly FileReference[],
    fill: (secretText: (secret: ChosenSecret) => string) => RenderedFile[],
  ): RenderedFile[] | null {
    if (!this.#secrets.canOpen(files.flatMap(({ filled }) => secretsOf(filled?.values)))) return null;
    return fill(({ versionId }) => this.#secrets.text(versionId)).map((file) => ({
      ...file,
      content: this.#secrets.mask(file.content),
    }));
  }

  /** A release that need not be kept, judged with the secrets that it brings. */
  openOrdered(bundle: ReleaseBundle): OpenRelease {
    return openBundle(bundle, this.#secrets.textsWith(bundle.secrets));
  }

  /** Versions of the secrets that stand in the files of this hash. */
  secretsIn(hash: string): Set<string> {
    return new Set((this.references(hash) ?? []).flatMap(({ filled }) => secretsOf(filled?.values)));
  }

  files(hash: string): RenderedFile[] | null {
    return this.bundle(hash)?.files ?? null;
  }

  /** What the hash stands for, without the texts; null = nothing of it is held. */
  references(hash: string): KeptFile[] | null {
    if (hash === emptyConfigHash) return [];
    const row = this.#sql
      .exec<{ files: string }>("SELECT files FROM renders WHERE hash = ?", hash)
      .toArray()[0];
    // Written by `keepRender`.
    return row ? (JSON.parse(row.files) as KeptFile[]) : null;
  }

  #readBundle(hash: string, secretText: (secret: ChosenSecret) => string): Bundle | null {
    const row = this.#sql
      .exec<{ files: string; packages: string | null; config_hash: string | null }>(
        "SELECT files, packages, config_hash FROM renders WHERE hash = ?",
        hash,
      )
      .toArray()[0];
    if (!row) return null;
    // Written by `keepRender`.
    const references = JSON.parse(row.files) as KeptFile[];
    const packages = row.packages === null ? [] : (JSON.parse(row.packages) as PackageReference[]);
    const filesOf = () => this.#filesOf(hash, secretText);
    return {
      configHash: row.config_hash ?? hashFiles(references),
      // Filled in anew each time: there may be a render for every agent, and their texts would fill the memory.
      get files() {
        return filesOf();
      },
      kinds: new Map(references.map(({ name, kind = "file" }) => [name, kind])),
      packages,
      packagesHash: packages.length === 0 ? null : hashPackages(packages),
    };
  }

  #filesOf(hash: string, secretText: (secret: ChosenSecret) => string): RenderedFile[] {
    const references: KeptFile[] = this.references(hash) ?? [];
    return references.map(({ name, contentType, sha256, filled, kind = "file", quoting }) => ({
      name,
      contentType,
      content:
        filled && quoting
          ? fillFile(compileConfig(kind, quoting, this.#text(filled.source)), filled.values, secretText)
          : this.#text(sha256),
    }));
  }

  /**
   * Drops what no agent runs, wants or was offered, and nobody may go back to. `renderable`: releases that may be rendered
   * again, besides the current one.
   */
  dropUnused(
    tx: Tx,
    hashes: ReadonlySet<string>,
    releaseIds: ReadonlySet<string>,
    renderable: ReadonlySet<string>,
  ): void {
    const contents = new Set<string>();
    const secrets = new Set<string>();
    for (const { hash, files } of tx.sql.exec<{ hash: string; files: string }>(
      "SELECT hash, files FROM renders",
    )) {
      if (!hashes.has(hash)) continue;
      for (const { sha256, filled } of JSON.parse(files) as KeptFile[]) {
        contents.add(filled?.source ?? sha256);
        for (const versionId of secretsOf(filled?.values)) secrets.add(versionId);
      }
    }
    deleteOthers(tx, "renders", "hash", hashes);
    const current = this.current();
    const others = [...renderable].flatMap((id) => this.find(id as ReleaseId) ?? []);
    for (const { assignments, inputs } of [...others, ...(current ? [current] : [])]) {
      for (const assignment of assignments) contents.add(assignment.sha256);
      for (const { versionId } of inputs.secrets) secrets.add(versionId);
    }
    this.#secrets.dropUnused(tx, secrets);
    deleteOthers(tx, "contents", "sha256", contents);
    deleteOthers(tx, "releases", "id", new Set([...releaseIds, ...(current ? [current.id] : [])]));
    for (const held of [this.#bundles, this.#bases]) {
      for (const hash of held.keys()) if (!hashes.has(hash)) held.delete(hash);
    }
  }

  /** Whether the release can still be given to agents: it is held, with all its contents. */
  isWhole(id: ReleaseId): boolean {
    const held = (sha256: string) =>
      this.#sql.exec("SELECT 1 FROM contents WHERE sha256 = ?", sha256).toArray().length > 0;
    return this.find(id)?.assignments.every(({ sha256 }) => held(sha256)) ?? false;
  }
}

const secretsOf = (values: ChosenValues = {}): string[] =>
  Object.values(values).flatMap((value) => ("secret" in value ? [value.versionId] : []));

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
