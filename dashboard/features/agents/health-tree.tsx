import { HeartCrack, HeartPulse } from "lucide-react";
import { Facts } from "../../ui/page.tsx";

interface Health {
  healthy?: unknown;
  status?: unknown;
  lastError?: unknown;
  componentHealthMap?: Record<string, unknown>;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

/** ComponentHealth as the agent sent it; every field may be missing. */
export function HealthTree({ health, name = "agent" }: { health: unknown; name?: string }) {
  if (typeof health !== "object" || health === null) {
    return <p className="text-soft">This agent does not report its health.</p>;
  }
  const node = health as Health;
  const healthy = node.healthy === true;
  const Icon = healthy ? HeartPulse : HeartCrack;
  const children = Object.entries(node.componentHealthMap ?? {});
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex items-start gap-2">
        <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${healthy ? "text-good" : "text-bad"}`} />
        <span className="min-w-0 break-words">
          <span className="font-medium">{name}</span> {healthy ? "healthy" : "unhealthy"}
          {text(node.status) ? `, ${text(node.status)}` : ""}
          {text(node.lastError) ? <span className="block text-bad">{text(node.lastError)}</span> : null}
        </span>
      </p>
      {children.length > 0 ? (
        <ul className="ml-2 flex flex-col gap-1.5 border-l pl-4">
          {children.map(([key, child]) => (
            <li key={key}>
              <HealthTree health={child} name={key} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

export function AttributeList({ attributes }: { attributes: Record<string, unknown> }) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return <p className="text-soft">None reported.</p>;
  return (
    <Facts
      items={entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])}
    />
  );
}
