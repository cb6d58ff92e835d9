import { exportLine } from "../../../protocol/api/organizations.ts";
import { path } from "../../client.ts";
import { provingOneself } from "../../confirm.ts";
import { saveAnswer } from "../../download.ts";
import { command, option, text } from "../../spec.ts";
import { findOrganization, orgArgument } from "./find.ts";

export const exportOrganization = command({
  name: "export",
  summary: "Write everything that is the organization's, as NDJSON",
  about:
    "One row of one table a line; the last line says how many there are of each. Secrets are left out. It is noted in the audit log.",
  args: { org: orgArgument },
  options: {
    output: option("-o, --output <file>", "A new file; standard output when left out", text.optional()),
  },
  examples: ["muster orgs export acme -o acme.ndjson", "muster orgs export | gzip > acme.ndjson.gz"],
  answer: exportLine,
  lines: true,
  async run(cli, { args, options }) {
    const { id } = await findOrganization(cli, args.org);
    const client = await cli.client();
    const response = await provingOneself(cli, () =>
      client.open({ method: "POST", path: path`/v1/orgs/${id}/export` }),
    );
    await saveAnswer(cli, response, options.output);
    if (options.output !== undefined) cli.output.note(`Written to ${options.output}.`);
  },
});
