import { expect, test } from "vitest";
import type { StoredFile } from "../state-file.ts";
import { readApps } from "./app.ts";
import { label, ownerOf, specsOf } from "./spec.ts";

const digest = `sha256:${"a".repeat(64)}`;
const owner = ownerOf("shop", "/var/lib/muster-agent");

const file = (name: string, app: object): StoredFile => ({
  name,
  contentType: "application/json",
  body: new TextEncoder().encode(JSON.stringify(app)),
});
const specs = (app: object, name = "app.json") => specsOf(readApps([file(name, app)]), owner);

test("one container a replica, each with a name and labels of its own", () => {
  const made = specs(
    {
      image: { ref: `registry.example/team/web:1.4@${digest}` },
      env: { LEVEL: "info" },
      secrets: { key: { value: "s", env: "KEY" }, cert: { value: "c", file: "/run/cert" } },
      processes: { web: { replicas: 2, command: ["serve"] }, none: { replicas: 0 } },
    },
    "shop/web.json",
  );
  expect(made.map(({ name }) => name.replace(/[0-9a-f]{8}$/, "#"))).toEqual([
    "muster-shop-shop-web-web-1-#",
    "muster-shop-shop-web-web-2-#",
  ]);
  expect(made[0]).toMatchObject({
    // By digest alone: engines take a tag or a digest.
    image: `registry.example/team/web@${digest}`,
    command: ["serve"],
    env: ["LEVEL=info", "KEY=s"],
    files: [{ path: "/run/cert", content: "c" }],
    restart: "always",
    network: "muster-shop-shop-web",
    labels: { [label.agent]: "shop", [label.app]: "shop-web", [label.process]: "web", [label.index]: "1" },
    exclusive: [],
  });
});

test("the hash is that of everything that makes the container, and of nothing else", () => {
  const app = (process: object, app: object = {}) =>
    specs({ image: { ref: `a/b@${digest}` }, processes: { web: process }, ...app })[0]?.hash;
  const same = app({ command: ["a"] });
  expect(app({ command: ["a"] })).toBe(same);
  const others = [
    app({ command: ["b"] }),
    app({ command: ["a"], resources: { cpu: 1 } }),
    app({ command: ["a"], ports: [{ container: 80, host: 80 }] }),
    app({ command: ["a"], restart: "never" }),
    app({ command: ["a"] }, { env: { A: "1" } }),
    app({ command: ["a"] }, { secrets: { key: { value: "s", env: "KEY" } } }),
  ];
  expect(new Set([same, ...others]).size).toBe(7);
  // Another replica, or process beside it, changes nothing for the first.
  expect(app({ command: ["a"], replicas: 3 })).toBe(same);
});

test("ports are handed over by the agent, except for UDP; who writes to a volume runs alone", () => {
  const [web, reader] = specs({
    image: { ref: "a/b:1" },
    volumes: { data: {} },
    processes: {
      web: {
        ports: [
          { container: 80, host: 8080 },
          { container: 81 },
          { container: 53, host: 53, protocol: "udp", address: "127.0.0.1" },
        ],
        mounts: [{ volume: "data", path: "/data" }],
        health: { tcp: { port: 9000 } },
      },
      reader: { mounts: [{ volume: "data", path: "/data", readOnly: true }] },
    },
  });
  expect(web).toMatchObject({
    published: [{ container: 80, host: 8080, address: "" }],
    bound: [{ container: 53, host: 53, address: "127.0.0.1" }],
    reached: [80, 9000],
    exclusive: ["udp:53", "volume:muster-shop-app-data"],
  });
  expect(reader).toMatchObject({
    exclusive: [],
    mounts: [{ volume: "muster-shop-app-data", readOnly: true }],
  });
});

test("an agent without a project is known by its state folder", () => {
  expect(ownerOf(null, "/a")).toEqual({
    id: expect.stringMatching(/^folder-[0-9a-f]{12}$/),
    prefix: "muster",
  });
  expect(ownerOf(null, "/a")).toEqual(ownerOf(null, "/a"));
  expect(ownerOf(null, "/b").id).not.toBe(ownerOf(null, "/a").id);
});

test("what is no app is refused with its place; what is no JSON file is none of its business", () => {
  expect(readApps([file("notes.txt", {})])).toEqual([]);
  expect(() => specs({ processes: {} })).toThrow(
    /^app\.json is not a container app: line 1: The manifest needs image/,
  );
  const text = {
    ...file("app.json", {}),
    body: new TextEncoder().encode("image: {ref: a}\nprocesses: {web: }\n"),
  };
  expect(() => readApps([text])).toThrow("app.json is not JSON");
  const app = { image: { ref: "a:1" }, processes: { web: {} } };
  expect(() => readApps([file("a/b.json", app), file("a-b.json", app)])).toThrow("both the app a-b");
});
