import type { Node } from "yaml";
import { type PresetName, presets } from "../drivers/presets/index.ts";
import { type Preset, type PresetOption, readAddress } from "../drivers/presets/preset.ts";
import type { Reader } from "./reader.ts";
import type { SuperviseSettings } from "./supervise.ts";

/** Without a preset: a program that is started anew to take a config. */
const plain: Omit<SuperviseSettings, "cwd"> = {
  command: "",
  args: [],
  env: {},
  validate: null,
  reload: { kind: "restart" },
  verify: null,
  stopGraceMs: 10_000,
  version: null,
};

const names = ["process", ...Object.keys(presets)];
const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

/** `driver`, and what is written for it beside it. */
export class DriverChoice {
  private readonly reader: Reader;
  private readonly folder: string;
  private preset: Preset | null = null;
  private readonly options = new Map<PresetOption, { node: Node; text: string }>();

  constructor(reader: Reader, folder: string) {
    this.reader = reader;
    this.folder = folder;
  }

  readonly readers: Record<string, (node: Node) => void> = {
    driver: (node) => {
      const name = this.reader.text(node, "supervise.driver");
      if (name === undefined || name === "process") return;
      if (isPreset(name)) this.preset = presets[name];
      else this.reader.fail(node, `"supervise.driver" must be one of ${[...names, "container"].join(", ")}`);
    },
    file: (node) => this.option("file", node),
    address: (node) => this.option("address", node),
    data: (node) => this.option("data", node),
  };

  /** What the driver brings. `command`: as it is written in the settings. */
  settings(command: string | null): Omit<SuperviseSettings, "cwd"> {
    const { preset } = this;
    for (const [name, { node }] of this.options) {
      if (preset?.takes[name]) continue;
      const taken = Object.keys(preset?.takes ?? {}).join(", ");
      const hint = taken ? `it takes ${taken}` : 'it goes with a "driver" that is no plain process';
      this.reader.fail(node, `"supervise.${name}" means nothing to this driver: ${hint}`);
    }
    const text = (name: PresetOption) => this.options.get(name)?.text ?? null;
    if (!preset) return plain;
    return {
      ...plain,
      ...preset.settings({ command, file: text("file"), address: text("address"), data: text("data") }),
    };
  }

  private option(name: PresetOption, node: Node): void {
    const what = `supervise.${name}`;
    const text = name === "data" ? this.reader.path(node, what, this.folder) : this.reader.text(node, what);
    if (text === undefined) return;
    if (name === "address" && !readAddress(text)) {
      this.reader.fail(node, '"supervise.address" must be host:port, such as 127.0.0.1:8080');
    }
    this.options.set(name, { node, text });
  }
}
