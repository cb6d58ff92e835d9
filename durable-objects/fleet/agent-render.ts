import { diffText, formatDiff } from "../../domain/configs/diff.ts";
import { type ChosenSecret, fillFile, maskedSecret } from "../../domain/configs/inputs/fill.ts";
import { compileConfig } from "../../domain/configs/kinds.ts";
import { renderReasons } from "../../domain/configs/render-reasons.ts";
import type { AgentRender as AgentRenderView } from "../../protocol/api/renders.ts";
import type { ConfigFile } from "../../protocol/opamp/config-map.ts";
import { type AgentRender, type OpenRelease, sourcedFiles } from "./open-release.ts";
import type { RenderedFile } from "./parts.ts";
import type { Releases } from "./releases.ts";
import type { StoredAgent } from "./store.ts";
import { isUnrenderable, losesFiles, takesPackages } from "./wanted.ts";

/** The files of a render; `secretText` is what stands for a secret in them: by default its mask. */
export function filledFiles(
  { files, matched }: AgentRender,
  textOf: (sha256: string) => string,
  secretText: (secret: ChosenSecret) => string = maskedSecret,
): RenderedFile[] {
  const assigned = new Map(matched.map((assignment) => [assignment.fileName, assignment]));
  return files.map(({ name, contentType, sha256, filled }) => {
    const text = textOf(filled?.source ?? sha256);
    const { kind = "file", quoting } = assigned.get(name) ?? {};
    return {
      name,
      contentType,
      content:
        filled && quoting ? fillFile(compileConfig(kind, quoting, text), filled.values, secretText) : text,
    };
  });
}

/**
 * What the release gives the agent, against what is wanted of it, what it applied last, and what it says it has
 * (`reported`; null = it has not said).
 */
export function renderForAgent(
  agent: StoredAgent,
  release: OpenRelease | null,
  releases: Releases,
  reported: readonly ConfigFile[] | null,
): AgentRenderView {
  const nothing: Omit<AgentRenderView, "problem" | "reasons"> = {
    agentId: agent.id,
    name: agent.name,
    hash: null,
    change: "none",
    files: [],
  };
  if (!release) {
    return { ...nothing, problem: "The fleet has no current release: name one, or configs.", reasons: [] };
  }
  let render: AgentRender;
  try {
    render = release.renderFor(agent.labels, takesPackages(agent));
  } catch (error) {
    if (!isUnrenderable(error)) throw error;
    return { ...nothing, problem: error.refusal.detail, reasons: [] };
  }
  const { hash } = render;
  if (hash === null) return { ...nothing, problem: null, reasons: ["No assignment matches its labels"] };
  if (losesFiles(releases, render, agent)) {
    const kept =
      "Packages match its labels and no config does, which would take its files: it keeps what it runs";
    return { ...nothing, problem: null, reasons: [kept] };
  }
  const running = agent.runningHash === "" ? null : releases.baseOf(agent.runningHash);
  const filesOf = (of: string | null) => (of === null ? [] : (releases.bundle(of)?.files ?? null));
  const desired = filesOf(agent.wantedHash);
  const applied = filesOf(running);
  const effective =
    reported?.map((file) => ({ ...file, content: file.encoding === "utf8" ? file.content : null })) ?? null;
  // A mask may stand in other quotes than the value did: what agents say is compared with values that were masked after.
  const asReported = releases.asReported(render.files, (text) => filledFiles(render, release.textOf, text));
  const before = running === null ? [] : releases.references(running);
  return {
    agentId: agent.id,
    name: agent.name,
    hash,
    change:
      running === hash
        ? "unchanged"
        : agent.latched.some((latch) => latch.hash === hash)
          ? "latched"
          : "changed",
    problem: null,
    reasons: running === hash ? [] : renderReasons(before, sourcedFiles(render)),
    files: filledFiles(render, release.textOf).map((file, i) => ({
      ...file,
      against: {
        desired: diffFrom(desired, file),
        applied: diffFrom(applied, file),
        effective: diffFrom(effective, asReported?.[i] ?? file),
      },
    })),
  };
}

/** Larger files are not compared. */
const maxFileChars = 200_000;

/** `files` null = not known. A file that is not among them is new as a whole. */
function diffFrom(
  files: readonly { name: string; content: string | null }[] | null,
  { name, content }: RenderedFile,
): string | null {
  if (files === null) return null;
  const was = files.find((file) => file.name === name);
  const before = was ? was.content : "";
  if (before === content) return "";
  if (before === null || Math.max(before.length, content.length) > maxFileChars) return null;
  return formatDiff(diffText(before, content));
}
