import { spawnSync } from "node:child_process";
import { chmod, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type PrivateFile, privateFile } from "./private-file.ts";
import { newHome } from "./testing/run.ts";

let file: PrivateFile;
beforeEach(async () => {
  file = privateFile(join(await newHome(), "muster", "contexts.json"));
});

const write = (text: string) => file.update(async () => text);

describe("a private file", () => {
  it("can be read by its owner only and leaves nothing else behind", async () => {
    await write("a");
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file.path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(file.path))).toEqual(["contexts.json"]);
    expect(await file.read()).toBe("a");
  });

  it.each([0o644, 0o640, 0o604, 0o660])("is refused with mode %o, with the fix", async (mode) => {
    await write("a");
    await chmod(file.path, mode);
    const refused = new RegExp(`mode 0${mode.toString(8)}.*chmod 600 '${file.path}'`);
    await expect(file.read()).rejects.toThrow(refused);
    await expect(write("b")).rejects.toThrow(refused);
    await chmod(file.path, 0o600);
    expect(await file.read()).toBe("a");
  });

  it("is left as it was when the change fails, and the lock is given back", async () => {
    await write("a");
    const broken = file.update(async () => {
      throw new Error("no");
    });
    await expect(broken).rejects.toThrow("no");
    expect(await file.read()).toBe("a");
    await file.update(async (text) => text);
  });

  it("is gone when nothing is to be kept", async () => {
    await write("a");
    await file.update(async () => null);
    expect(await file.read()).toBeNull();
  });

  it("takes changes one after the other", async () => {
    await write("0");
    const add = () =>
      file.update(async (text) => {
        await new Promise(setImmediate);
        return String(Number(text) + 1);
      });
    await Promise.all(Array.from({ length: 8 }, add));
    expect(await file.read()).toBe("8");
  });

  it("does not wait for a holder that is dead", async () => {
    await write("a");
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    await writeFile(`${file.path}.lock`, String(gone));
    await write("b");
    expect(await file.read()).toBe("b");
  });

  it("waits for a holder that lives", async () => {
    await write("a");
    const lock = `${file.path}.lock`;
    await writeFile(lock, String(process.pid));
    let done = false;
    const update = write("b").then(() => {
      done = true;
    });
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect(done).toBe(false);
    await rm(lock);
    await update;
    expect(done).toBe(true);
  });
});
