import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../../ui/button.tsx";
import { PlanNumber, PlanSelect, PlanText, useFieldError } from "./field-errors.tsx";
import { emptyWebhook, nextKey, type WebhookDraft, type WebhookPhase } from "./terms.ts";

const phases: [WebhookPhase, string][] = [
  ["start", "before the start"],
  ["wave", "before each later wave"],
  ["promotion", "before the last promotion"],
  ["rollback", "told of a rollback"],
];

interface WebhookGatesProps {
  webhooks: WebhookDraft[];
  onChange: (webhooks: WebhookDraft[]) => void;
}

export function WebhookGates({ webhooks, onChange }: WebhookGatesProps) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-soft">
        Muster posts to the address, which answers with confirm, deny or wait. Denied stops the rollout.
      </p>
      {webhooks.map((webhook, index) => (
        <WebhookFields
          key={webhook.key}
          webhook={webhook}
          index={index}
          onChange={(fields) =>
            onChange(webhooks.map((each) => (each.key === webhook.key ? { ...each, ...fields } : each)))
          }
          onRemove={() => onChange(webhooks.filter((each) => each.key !== webhook.key))}
        />
      ))}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        onClick={() => onChange([...webhooks, { key: nextKey(webhooks), ...emptyWebhook }])}
      >
        <Plus aria-hidden className="size-3.5" />
        {webhooks.length === 0 ? "Add a webhook" : "Another webhook"}
      </Button>
    </div>
  );
}

interface WebhookFieldsProps {
  webhook: WebhookDraft;
  index: number;
  onChange: (fields: Partial<WebhookDraft>) => void;
  onRemove: () => void;
}

function WebhookFields({ webhook, index, onChange, onRemove }: WebhookFieldsProps) {
  const path = `gates.webhooks[${index}]`;
  const refused = useFieldError(path, `${path}.on`);
  return (
    <fieldset className="relative grid gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2">
      <legend className="sr-only">Webhook {index + 1}</legend>
      <PlanText
        path={`${path}.url`}
        label="Address"
        type="url"
        placeholder="https://change-control.example.com/muster"
        className="pr-10 sm:col-span-2"
        value={webhook.url}
        onChange={(event) => onChange({ url: event.target.value })}
      />
      <IconButton
        label={`Remove webhook ${index + 1}`}
        className="absolute top-8.5 right-2"
        onClick={onRemove}
      >
        <X aria-hidden />
      </IconButton>
      <fieldset className="sm:col-span-2">
        <legend className="mb-1 text-sm font-medium">Asked</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          {phases.map(([phase, text]) => (
            <label key={phase} className="flex items-center gap-2">
              <input
                type="checkbox"
                className="accent-accent"
                checked={webhook.on.includes(phase)}
                onChange={(event) =>
                  onChange({
                    on: phases
                      .map(([each]) => each)
                      .filter((each) => (each === phase ? event.target.checked : webhook.on.includes(each))),
                  })
                }
              />
              {text}
            </label>
          ))}
        </div>
        {refused ? <p className="mt-1 text-xs text-bad">{refused}</p> : null}
      </fieldset>
      <PlanNumber
        path={`${path}.timeoutSeconds`}
        label="Time to answer, seconds"
        value={webhook.timeoutSeconds}
        onChange={(event) => onChange({ timeoutSeconds: event.target.value })}
      />
      <PlanNumber
        path={`${path}.attempts`}
        label="Attempts"
        value={webhook.attempts}
        onChange={(event) => onChange({ attempts: event.target.value })}
      />
      <PlanSelect
        path={`${path}.whenUnanswered`}
        label="Without any answer"
        className="sm:col-span-2"
        value={webhook.whenUnanswered}
        onChange={(event) => onChange({ whenUnanswered: event.target.value === "fail" ? "fail" : "hold" })}
      >
        <option value="hold">hold until a person decides</option>
        <option value="fail">fail the rollout</option>
      </PlanSelect>
    </fieldset>
  );
}
