import type { ApiKey } from "../../../protocol/api/api-keys.ts";
import type { KeyState } from "../../lib/key-state.ts";
import { Button } from "../../ui/button.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { ScopeText } from "../roles/scope-text.tsx";

interface KeyTableProps {
  orgId: string;
  keys: ApiKey[];
  stateOf: (key: ApiKey) => KeyState;
  withOwner: boolean;
  refused: string | undefined;
  you: string | undefined;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}

const states: Record<KeyState, { tone: Tone; text: string }> = {
  usable: { tone: "good", text: "usable" },
  expiring: { tone: "warn", text: "expires soon" },
  replaced: { tone: "idle", text: "replaced" },
  expired: { tone: "idle", text: "expired" },
  revoked: { tone: "idle", text: "revoked" },
};

export function KeyTable({
  orgId,
  keys,
  stateOf,
  withOwner,
  refused,
  you,
  onRotate,
  onRevoke,
}: KeyTableProps) {
  return (
    <Table
      label="API keys"
      head={
        <>
          <Th>Name</Th>
          {withOwner ? <Th>Stands for</Th> : null}
          <Th>Role</Th>
          <Th>State</Th>
          <Th>Expires</Th>
          <Th>Last used</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {keys.map((key) => {
        const state = stateOf(key);
        const over = state === "expired" || state === "revoked";
        // Its secret would go to who rotates it.
        const ofAnother = key.owner?.startsWith("usr_") === true && key.owner !== you;
        return (
          <tr key={key.id}>
            <Td className="min-w-36">
              <span className="font-medium">{key.name}</span>
              <span className="block font-mono text-sm text-soft">{key.prefix}…</span>
              {key.requestsPerMinute === null ? null : (
                <span className="block text-sm text-soft">{key.requestsPerMinute} requests a minute</span>
              )}
            </Td>
            {withOwner ? <Td>{key.ownerName ?? "not known"}</Td> : null}
            <Td className="min-w-32">
              {key.roleName}
              {key.scope.kind === "organization" ? null : (
                <span className="block text-sm text-soft">
                  <ScopeText orgId={orgId} scope={key.scope} />
                </span>
              )}
            </Td>
            <Td>
              <Tag tone={states[state].tone}>{states[state].text}</Tag>
            </Td>
            <Td>{key.expiresAt ? <Time at={key.expiresAt} /> : "never"}</Td>
            <Td>
              <Time at={key.lastUsedAt} />
              {key.lastUsedAddress ? (
                <span className="block text-sm text-soft">from {key.lastUsedAddress}</span>
              ) : null}
            </Td>
            <Td className="text-right">
              {over ? null : (
                <span className="inline-flex gap-2">
                  <Button
                    size="sm"
                    refused={
                      refused ??
                      (ofAnother
                        ? `It stands for ${key.ownerName ?? "another person"}, who alone may rotate it.`
                        : state === "replaced"
                          ? "It was rotated already. Rotate the key that takes its place."
                          : undefined)
                    }
                    aria-label={`Rotate ${key.name} ${key.prefix}`}
                    onClick={() => onRotate(key)}
                  >
                    Rotate
                  </Button>
                  <Button
                    size="sm"
                    refused={refused}
                    aria-label={`Revoke ${key.name} ${key.prefix}`}
                    onClick={() => onRevoke(key)}
                  >
                    Revoke
                  </Button>
                </span>
              )}
            </Td>
          </tr>
        );
      })}
    </Table>
  );
}
