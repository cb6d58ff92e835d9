/** Templates: shared in a project or shipped, made into configs, updated three ways; and pipelines by the API. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ConfigVersionDetail } from "../../protocol/api/configs.ts";
import type { CompiledPipelines, ParsedPipelines } from "../../protocol/api/pipelines.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type {
  CatalogueTemplate,
  ConfigTemplate,
  CreatedTemplate,
  CreatedTemplateVersion,
  FilledTemplate,
  InstantiatedTemplate,
  TemplateMerge,
  UpdatedFromTemplate,
} from "../../protocol/api/templates.ts";
import { auditEvents } from "../harness/worker/audit.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

let w: World;
beforeAll(async () => {
  w = await world();
});

const write = <T>(status: number, method: string, path: string, body?: object) =>
  expectCall<T>(status, method, path, { token: w.token, ...(body && { body }) });
const refused = async (method: string, path: string, body?: object, token = w.token) => {
  const { status, body: problem } = await call<Problem>(method, path, { token, ...(body && { body }) });
  return { status, code: problem.code, detail: problem.detail, errors: problem.errors };
};
const template = (name: string, content: string, parameters: object[] = []) =>
  write<CreatedTemplate>(201, "POST", `/v1/projects/${w.project}/templates`, {
    name,
    kind: "file",
    content,
    parameters,
  });
const versionOf = (id: string, content: string, parameters: object[] = [], more: object = {}) =>
  write<CreatedTemplateVersion>(201, "POST", `/v1/templates/${id}/versions`, {
    content,
    parameters,
    ...more,
  });
const fromTemplate = () => `/v1/projects/${w.project}/configs/from-template`;
const use = (id: string, name: string, parameters: object = {}) =>
  write<InstantiatedTemplate>(201, "POST", fromTemplate(), { template: id, name, parameters });
const contentOf = async (config: string, number: number) =>
  (await write<ConfigVersionDetail>(200, "GET", `/v1/configs/${config}/versions/${number}`)).content;

const lines = (...list: string[]) => list.map((one) => `${one}\n`).join("");

describe("the catalogue", () => {
  it("becomes a config, tried out before without a trace", async () => {
    const { items } = await write<{ items: CatalogueTemplate[] }>(200, "GET", "/v1/template-catalogue");
    expect(items.length).toBeGreaterThanOrEqual(8);
    const body = { template: "haproxy-load-balancer", name: "edge", parameters: { port: "9090" } };
    const tried = await write<FilledTemplate>(200, "POST", `${fromTemplate()}?dryRun=true`, body);
    expect(tried).toMatchObject({ kind: "haproxy", diagnostics: [] });
    expect(tried.content).toContain("bind :9090\n");
    const made = await write<InstantiatedTemplate>(201, "POST", fromTemplate(), body);
    expect(made).toMatchObject({
      name: "edge",
      kind: "haproxy",
      latestVersion: 1,
      origin: {
        template: "haproxy-load-balancer",
        version: 1,
        parameters: { port: "9090", max_connections: "2000" },
      },
    });
    expect(await contentOf(made.id, 1)).toBe(tried.content);
    expect(await write<ConfigTemplate>(200, "GET", `/v1/configs/${made.id}/template`)).toMatchObject({
      latestVersion: 1,
      outdated: false,
    });
    const [noted] = (await auditEvents(w)).filter(({ target }) => target === made.id);
    expect(noted?.summary).toContain("from template haproxy-load-balancer v1");
  });

  it("refuses by name what it cannot fill in", async () => {
    const asked = (more: object) =>
      refused("POST", fromTemplate(), { template: "container-service", name: "x", ...more });
    expect(await asked({ parameters: { image: "a b", prot: "1" } })).toMatchObject({
      status: 400,
      errors: [{ path: "parameters.prot" }, { path: "parameters.image" }],
    });
    expect(await asked({ parameters: {} })).toMatchObject({ errors: [{ path: "parameters.image" }] });
    expect((await asked({ template: "container-servce" })).detail).toContain(
      "did you mean container-service?",
    );
    expect(await asked({ version: 9, parameters: { image: "a" } })).toMatchObject({
      errors: [{ path: "version" }],
    });
  });
});

describe("a template of the project", () => {
  it("is made, listed, changed in versions and by title, and deleted when no config is made from it", async () => {
    const made = await template("greeting", "hello ${param:WHO}\n", [{ name: "WHO", default: "world" }]);
    expect(made).toMatchObject({ latestVersion: 1, version: { number: 1 } });
    const second = await versionOf(made.id, "hi ${param:WHO}\n", [{ name: "WHO" }], {
      baseVersion: 1,
      message: "short",
    });
    expect(second).toMatchObject({
      number: 2,
      message: "short",
      parameters: [{ name: "WHO", type: "string", default: null }],
    });
    expect(
      await refused("POST", `/v1/templates/${made.id}/versions`, { content: "x", baseVersion: 1 }),
    ).toMatchObject({
      status: 409,
      errors: [{ path: "baseVersion" }],
    });
    const { items } = await write<{ items: { number: number }[] }>(
      200,
      "GET",
      `/v1/templates/${made.id}/versions`,
    );
    expect(items.map(({ number }) => number)).toEqual([2, 1]);
    await write(200, "PATCH", `/v1/templates/${made.id}`, { title: "Greeting", description: "Says hello." });
    expect(await write(200, "GET", `/v1/templates/${made.id}`)).toMatchObject({
      title: "Greeting",
      latestVersion: 2,
    });
    const config = await use(made.id, "greets", { WHO: "you" });
    expect(await refused("DELETE", `/v1/templates/${made.id}`)).toMatchObject({
      status: 409,
      detail: expect.stringContaining("greets is made from it"),
    });
    await write(200, "DELETE", `/v1/configs/${config.id}`);
    await write(200, "DELETE", `/v1/templates/${made.id}`);
    expect((await refused("GET", `/v1/templates/${made.id}`)).status).toBe(404);
    const noted = (await auditEvents(w))
      .filter(({ target }) => target === made.id)
      .map(({ action }) => action);
    expect(noted.sort()).toEqual([
      "template.create",
      "template.delete",
      "template.update",
      "template.version",
    ]);
  });

  it("is refused with what cannot be filled in, an unknown kind, or a name that is taken", async () => {
    const path = `/v1/projects/${w.project}/templates`;
    const asked = (more: object) =>
      refused("POST", path, { name: "bad", kind: "file", content: "x", ...more });
    expect(await asked({ content: "${param:GONE}" })).toMatchObject({
      status: 400,
      errors: [{ path: "content" }],
    });
    expect(await asked({ parameters: [{ name: "A", pattern: "(a+)+" }] })).toMatchObject({
      errors: [{ path: "parameters[0].pattern" }],
    });
    expect(await asked({ kind: "none" })).toMatchObject({ errors: [{ path: "kind" }] });
    expect(await asked({ name: "caddy-site" })).toMatchObject({ status: 409, code: "already_exists" });
  });

  it("is nobody's of another project or organization, and viewers only read it", async () => {
    const made = await template("mine", "x\n");
    const other = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/projects`, {
      token: w.token,
      body: { name: "Other" },
    });
    const elsewhere = `/v1/projects/${other.id}/configs/from-template`;
    expect((await refused("POST", elsewhere, { template: made.id, name: "x" })).status).toBe(404);
    const stranger = await world("Other");
    expect((await refused("GET", `/v1/templates/${made.id}`, undefined, stranger.token)).status).toBe(404);
    const viewer = await member(w, "viewer");
    expect((await refused("PATCH", `/v1/templates/${made.id}`, { title: "x" }, viewer.token)).status).toBe(
      403,
    );
    await expectCall(200, "GET", `/v1/templates/${made.id}`, { token: viewer.token });
  });

  it("two who save a version at once do not both get its number", async () => {
    const made = await template("raced", "x\n");
    const path = `/v1/templates/${made.id}/versions`;
    const answers = await Promise.all(
      ["a\n", "b\n"].map((content) =>
        call("POST", path, { token: w.token, body: { content, baseVersion: 1 } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

describe("an update from the template", () => {
  const one = [{ name: "A", default: "a" }];
  const first = lines("# template", "a=${param:A}", "b=1", "c=1", "d=1", "e=1", "f=1");
  const second = lines("# template", "a=${param:A}", "b=2", "c=1", "d=1", "e=1", "f=1", "g=${param:G}");

  async function made(name: string, ours: (text: string) => string) {
    const { id } = await template(`${name}-template`, first, one);
    const config = await use(id, name, { A: "mine" });
    await write(201, "POST", `/v1/configs/${config.id}/versions`, {
      content: ours(await contentOf(config.id, 1)),
    });
    await versionOf(id, second, [...one, { name: "G", default: "new" }]);
    return `/v1/configs/${config.id}`;
  }

  it("keeps what the config changed, takes what the template changed, and its new parameters", async () => {
    const path = await made("merged", (text) => text.replace("e=1", "e=ours"));
    expect(await write<ConfigTemplate>(200, "GET", `${path}/template`)).toMatchObject({
      outdated: true,
      latestVersion: 2,
    });
    const tried = await write<TemplateMerge>(200, "POST", `${path}/template-update?dryRun=true`, {});
    expect(tried).toMatchObject({ changed: true, conflicts: [], baseVersion: 2 });
    const saved = await write<UpdatedFromTemplate>(201, "POST", `${path}/template-update`, {
      parameters: { G: "given" },
    });
    expect(saved).toMatchObject({
      version: { number: 3 },
      origin: { version: 2, parameters: { A: "mine", G: "given" } },
    });
    const { content } = await write<ConfigVersionDetail>(200, "GET", `${path}/versions/3`);
    expect(content).toBe(lines("# template", "a=mine", "b=2", "c=1", "d=1", "e=ours", "f=1", "g=given"));
    expect(await write<ConfigTemplate>(200, "GET", `${path}/template`)).toMatchObject({ outdated: false });
  });

  it("writes no conflict anywhere until a person has resolved it", async () => {
    const path = await made("torn", (text) => text.replace("b=1", "b=ours"));
    expect(await refused("POST", `${path}/template-update`, {})).toMatchObject({
      status: 409,
      code: "conflict",
      errors: [{ path: "content:3" }],
    });
    const tried = await write<TemplateMerge>(200, "POST", `${path}/template-update?dryRun=true`, {});
    expect(tried.conflicts).toEqual([{ line: 3, ours: "b=ours\n", base: "b=1\n", theirs: "b=2\n" }]);
    expect(await write(200, "GET", path)).toMatchObject({ latestVersion: 2 });
    const resolved = { content: tried.content.replace("b=ours", "b=both"), baseVersion: 2 };
    const saved = await write<UpdatedFromTemplate>(201, "POST", `${path}/template-update`, resolved);
    expect(saved).toMatchObject({ version: { number: 3 }, origin: { version: 2 } });
    expect((await write<ConfigVersionDetail>(200, "GET", `${path}/versions/3`)).content).toContain(
      "b=both\n",
    );
    expect(await refused("POST", `${path}/template-update`, resolved)).toMatchObject({
      status: 409,
      errors: [{ path: "baseVersion" }],
    });
  });

  it("is nothing for a config that was made otherwise", async () => {
    const { id } = await write<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
      name: "own",
      kind: "file",
      content: "x",
    });
    expect((await refused("GET", `/v1/configs/${id}/template`)).status).toBe(404);
    expect((await refused("POST", `/v1/configs/${id}/template-update`)).status).toBe(404);
  });
});

describe("pipelines", () => {
  const content = lines(
    "# mine",
    "receivers:",
    "  otlp:",
    "    protocols: {grpc: }",
    "exporters:",
    "  debug: {}",
    "service:",
    "  pipelines:",
    "    traces: {receivers: [otlp], exporters: [debug]}",
  );

  it("go from YAML to a graph and back, with only the change written", async () => {
    const parsed = await write<ParsedPipelines>(200, "POST", "/v1/pipelines/parse", { content });
    expect(parsed).toMatchObject({
      diagnostics: [],
      graph: { edges: [{ from: "receiver:otlp", to: "exporter:debug", signal: "traces" }] },
    });
    const graph = structuredClone(parsed.graph) as NonNullable<ParsedPipelines["graph"]>;
    const same = await write<CompiledPipelines>(200, "POST", "/v1/pipelines/compile", {
      graph,
      previous: content,
    });
    expect(same.content).toBe(content);
    for (const node of graph.nodes) if (node.role === "exporter") node.config = { verbosity: "detailed" };
    const changed = await write<CompiledPipelines>(200, "POST", "/v1/pipelines/compile", {
      graph,
      previous: content,
    });
    expect(changed.content).toContain("verbosity: detailed");
    expect(changed.content?.startsWith(content.slice(0, content.indexOf("exporters")))).toBe(true);
  });

  it("say what is wrong, and refuse what is no graph", async () => {
    const graph = { nodes: [], edges: [{ from: "a", to: "b", signal: "traces" }] };
    expect(await write<CompiledPipelines>(200, "POST", "/v1/pipelines/compile", { graph })).toMatchObject({
      content: null,
      problems: [{ code: "dangling_edge", edges: [0] }],
    });
    expect(
      await refused("POST", "/v1/pipelines/compile", { graph: { nodes: [], edges: [{ from: "a" }] } }),
    ).toMatchObject({ status: 400 });
    expect(
      await write<ParsedPipelines>(200, "POST", "/v1/pipelines/parse", { content: "a: [" }),
    ).toMatchObject({
      graph: null,
      diagnostics: [{ code: "yaml_syntax" }],
    });
  });
});
