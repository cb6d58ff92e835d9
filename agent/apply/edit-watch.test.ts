import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { EditWatch } from "./edit-watch.ts";

describe("noticing edits on disk", () => {
  let folder: string;
  let edits: number;
  let busy: boolean;
  let watch: EditWatch;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    folder = temporaryFolder();
    writeFileSync(join(folder, "a.conf"), "one");
    edits = 0;
    busy = false;
    watch = new EditWatch({
      folder,
      names: () => ["a.conf", "gone.conf"],
      busy: () => busy,
      onEdit: () => {
        edits++;
      },
      everyMs: 1_000,
    });
    watch.start();
  });

  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  it("is quiet while nobody touches a file", () => {
    vi.advanceTimersByTime(10_000);
    expect(edits).toBe(0);
  });

  it("notices a file that is written, replaced, taken away and put back", () => {
    const path = join(folder, "a.conf");
    writeFileSync(path, "two!");
    vi.advanceTimersByTime(1_000);
    expect(edits).toBe(1);
    vi.advanceTimersByTime(4_000);
    writeFileSync(join(folder, "b"), "two!");
    renameSync(join(folder, "b"), path);
    vi.advanceTimersByTime(1_000);
    expect(edits).toBe(2);
    vi.advanceTimersByTime(4_000);
    rmSync(path);
    vi.advanceTimersByTime(1_000);
    expect(edits).toBe(3);
    vi.advanceTimersByTime(4_000);
    writeFileSync(join(folder, "gone.conf"), "");
    vi.advanceTimersByTime(1_000);
    expect(edits).toBe(4);
  });

  it("notices an edit behind a link, since that is what the agent reports", () => {
    const path = join(folder, "a.conf");
    writeFileSync(join(folder, "elsewhere"), "two");
    rmSync(path);
    symlinkSync(join(folder, "elsewhere"), path);
    vi.advanceTimersByTime(1_000);
    expect(edits).toBe(1);
    vi.advanceTimersByTime(4_000);
    writeFileSync(join(folder, "elsewhere"), "three");
    vi.advanceTimersByTime(1_000);
    expect(edits).toBe(2);
  });

  it("leaves alone what the agent itself writes", () => {
    busy = true;
    writeFileSync(join(folder, "a.conf"), "applied");
    vi.advanceTimersByTime(3_000);
    watch.settled();
    busy = false;
    vi.advanceTimersByTime(3_000);
    expect(edits).toBe(0);
  });

  it("looks less often at a file that is written without end", () => {
    for (let second = 1; second <= 60; second++) {
      writeFileSync(join(folder, "a.conf"), "x".repeat(second));
      vi.advanceTimersByTime(1_000);
    }
    expect(edits).toBeGreaterThan(2);
    expect(edits).toBeLessThan(8);
  });
});
