import { spawnSync } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type ProfileStore, profilePath, profileStore } from "./profile.ts";
import { newHome } from "./testing/run.ts";

const empty = { version: 1 as const, url: "https://a.example", credential: null, context: {} };

let store: ProfileStore;
beforeEach(async () => {
  store = profileStore(profilePath({ XDG_CONFIG_HOME: await newHome() }));
});

describe("the profile file", () => {
  it("is found by XDG_CONFIG_HOME, else under the home folder", () => {
    expect(profilePath({ XDG_CONFIG_HOME: "/x" })).toBe("/x/muster/profile.json");
    expect(profilePath({ HOME: "/h", XDG_CONFIG_HOME: "" })).toBe("/h/.config/muster/profile.json");
  });

  it("can be read by its owner only and leaves nothing else behind", async () => {
    await store.update(() => empty);
    expect((await stat(store.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(store.path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(store.path))).toEqual(["profile.json"]);
    expect(await store.read()).toEqual(empty);
  });

  it("is left as it was when the change fails, and the lock is given back", async () => {
    await store.update(() => empty);
    await expect(
      store.update(() => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await store.read()).toEqual(empty);
    await store.update((current) => current);
  });

  it("takes changes one after the other", async () => {
    await store.update(() => ({ ...empty, context: { org: "0" } }));
    const add = () =>
      store.update(async (current) => {
        const count = Number(current?.context.org);
        await new Promise(setImmediate);
        return { ...empty, context: { org: String(count + 1) } };
      });
    await Promise.all(Array.from({ length: 8 }, add));
    expect((await store.read())?.context.org).toBe("8");
  });

  it("does not wait for a holder that is dead", async () => {
    await store.update(() => empty);
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    await writeFile(`${store.path}.lock`, String(gone));
    await store.update(() => ({ ...empty, url: "https://b.example" }));
    expect((await store.read())?.url).toBe("https://b.example");
  });

  it("waits for a holder that lives", async () => {
    await store.update(() => empty);
    const lock = `${store.path}.lock`;
    await writeFile(lock, String(process.pid));
    let done = false;
    const update = store
      .update((current) => current)
      .then(() => {
        done = true;
      });
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect(done).toBe(false);
    await rm(lock);
    await update;
    expect(done).toBe(true);
  });

  it("says what to do when it is damaged", async () => {
    await store.update(() => empty);
    await writeFile(store.path, "{");
    await expect(store.read()).rejects.toThrow(/damaged.*muster login/);
    expect(await readFile(store.path, "utf8")).toBe("{");
  });
});
