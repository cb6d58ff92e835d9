import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextNameFor, contextStore, contextsPath } from "./contexts.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const env = { MUSTER_API_KEY: "", MUSTER_URL: "" };
const muster = (argv: string[], more: { stdin?: string; env?: Record<string, string> } = {}) =>
  world.muster(argv, { ...more, env: { ...env, ...more.env } });
const path = () => contextsPath({ XDG_CONFIG_HOME: world.home });
const stored = () => contextStore(path()).all();

const login = (...more: string[]) =>
  muster(["login", "--url", world.server.url, "--token-stdin", ...more], { stdin: "mk_1" });

describe("the file of the contexts", () => {
  it("is found by XDG_CONFIG_HOME, else under the home folder", () => {
    expect(contextsPath({ XDG_CONFIG_HOME: "/x" })).toBe("/x/muster/contexts.json");
    expect(contextsPath({ HOME: "/h", XDG_CONFIG_HOME: "" })).toBe("/h/.config/muster/contexts.json");
  });

  it("says what to do when it is damaged, and is left as it is", async () => {
    await mkdir(dirname(path()));
    await writeFile(path(), "{", { mode: 0o600 });
    const { code, stderr } = await muster(["contexts"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/contexts\.json is damaged.*muster login/);
    expect(await readFile(path(), "utf8")).toBe("{");
  });

  it("names a context after its server", () => {
    expect(contextNameFor("https://muster.example")).toBe("muster.example");
    expect(contextNameFor("http://[::1]:8787")).toBe("---1--8787");
  });
});

describe("contexts", () => {
  it("are made by signing in, once a server, and the last is the current one", async () => {
    await login();
    await login("--context", "staging");
    await login();
    const { current, contexts } = await stored();
    expect(current).toBe("staging");
    expect(Object.keys(contexts).sort()).toEqual([contextNameFor(world.server.url), "staging"].sort());
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it("are chosen by --context, then by MUSTER_CONTEXT, then by `contexts use`", async () => {
    await login("--context", "one");
    await login("--context", "two");
    const used = async (argv: string[], more = {}) => {
      await muster([...argv, "use", "--org", "acme"], { env: more });
      const { contexts } = await stored();
      const chosen = Object.keys(contexts).filter((name) => contexts[name]?.choice.org !== undefined);
      await contextStore(path()).change((all) => ({
        ...all,
        contexts: Object.fromEntries(
          Object.entries(all.contexts).map(([name, one]) => [name, { ...one, choice: {} }]),
        ),
      }));
      return chosen;
    };
    expect(await used(["--context", "one"], { MUSTER_CONTEXT: "two" })).toEqual(["one"]);
    expect(await used([], { MUSTER_CONTEXT: "one" })).toEqual(["one"]);
    expect(await used([])).toEqual(["two"]);
    expect((await muster(["contexts", "use", "one"])).stdout).toContain("undo: muster contexts use two");
    expect(await used([])).toEqual(["one"]);
    const missing = await muster(["whoami", "--context", "three"]);
    expect(missing.code).toBe(4);
    expect(missing.stderr).toContain('No context "three". There is: one, two.');
  });

  it("are listed without credentials, renamed and deleted", async () => {
    const none = await muster(["contexts", "list"]);
    expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 0, stdout: "" });
    expect(none.stderr).toContain("muster login --url <url>");
    await login("--context", "one");
    await login("--context", "two");
    const listed = await muster(["contexts", "list", "--json"]);
    expect(listed.stdout).not.toContain("mk_1");
    expect(JSON.parse(listed.stdout).items).toMatchObject([
      { name: "one", current: false, signedInAs: "an API key" },
      { name: "two", current: true },
    ]);
    expect((await muster(["contexts", "rename", "one", "two"])).code).toBe(5);
    expect((await muster(["contexts", "rename", "one", "-x"])).code).toBe(2);
    expect((await muster(["contexts", "rename", "two", "three"])).code).toBe(0);
    expect((await stored()).current).toBe("three");
    const unasked = await muster(["contexts", "delete", "three"]);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain("--yes");
    expect((await muster(["contexts", "delete", "three", "--yes"])).code).toBe(0);
    expect(await stored()).toMatchObject({ current: null, contexts: { one: {} } });
    expect((await muster(["contexts", "delete", "three", "--yes"])).code).toBe(4);
  });
});
