import { configVersionDetail } from "../../../protocol/api/configs.ts";
import { argument, command, text } from "../../spec.ts";
import { findConfig, readVersion, splitVersion } from "./find.ts";

export const showConfig = command({
  name: "show",
  summary: "Print the content of a config version, byte for byte",
  args: { config: argument("Id or name, with @version; the latest when left out", text, "config") },
  examples: ["muster configs show greeting", "muster configs show greeting@3 > greeting.yaml"],
  answer: configVersionDetail,
  async run(cli, { args }) {
    const { name, version } = splitVersion(args.config);
    const found = await findConfig(cli, name);
    const detail = await readVersion(cli, found, version);
    if (cli.output.json) cli.output.result(detail, () => "");
    else cli.io.stdout.write(detail.content);
  },
});
