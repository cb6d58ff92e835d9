import type { Decision } from "../../api/types.ts";
import { inputName, inputText, splitInputs } from "../../lib/decision-inputs.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { Time } from "../../ui/time.tsx";
import { VerdictTag } from "./verdict-tag.tsx";

export function Decisions({ decisions }: { decisions: Decision[] | null }) {
  if (decisions === null) {
    return <p className="p-4 text-soft">The fleet no longer holds this rollout's decisions.</p>;
  }
  if (decisions.length === 0) return <p className="p-4 text-soft">None yet.</p>;
  return (
    <ScrollBox label="Decisions" className="max-h-120 overflow-y-auto -outline-offset-2">
      <ol className="divide-y">
        {[...decisions]
          .reverse()
          .sort((a, b) => b.at.localeCompare(a.at))
          .map((decision) => (
            <li
              key={`${decision.at} ${decision.gate} ${decision.wave} ${decision.text}`}
              className="flex items-start gap-3 px-4 py-2.5"
            >
              <VerdictTag verdict={decision.verdict} />
              <div className="min-w-0 flex-1">
                <p className="break-words">{decision.text}</p>
                <p className="text-xs text-soft">
                  {decision.gate}
                  {decision.wave === null ? "" : `, wave ${decision.wave}`}
                </p>
                <Inputs inputs={decision.inputs} />
              </div>
              <span className="text-xs text-soft">
                <Time at={decision.at} />
              </span>
            </li>
          ))}
      </ol>
    </ScrollBox>
  );
}

/** What the gate judged by; a comparison is shown at once, the rest when it is asked for. */
function Inputs({ inputs }: { inputs: Decision["inputs"] }) {
  const { compared, others } = splitInputs(inputs);
  if (compared.length + others.length === 0) return null;
  return (
    <>
      {compared.length > 0 ? (
        <table className="mt-1.5 text-left text-sm">
          <thead>
            <tr className="text-xs text-soft">
              <th scope="col" className="pr-6 font-medium">
                <span className="sr-only">Figure</span>
              </th>
              <th scope="col" className="pr-6 text-right font-medium">
                This wave
              </th>
              <th scope="col" className="text-right font-medium">
                Baseline
              </th>
            </tr>
          </thead>
          <tbody>
            {compared.map((row) => (
              <tr key={row.name}>
                <th scope="row" className="pr-6 font-normal text-soft">
                  {inputName(row.name)}
                </th>
                <td className="tabular pr-6 text-right font-medium">{inputText(row.wave)}</td>
                <td className="tabular text-right">{inputText(row.baseline)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {others.length > 0 ? (
        <details className="mt-1 text-sm">
          <summary className="w-fit text-xs text-accent underline underline-offset-2">
            What it was judged by
          </summary>
          <dl className="mt-1 grid w-fit grid-cols-[auto_1fr] gap-x-4">
            {others.map(([key, value]) => (
              <div key={key} className="contents">
                <dt className="text-soft">{inputName(key)}</dt>
                <dd className="tabular break-all">{inputText(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </>
  );
}
