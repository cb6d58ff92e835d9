import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { Button } from "../../ui/button.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

interface FleetSettingProps<T> {
  title: string;
  description: string;
  /** How tall it is while it loads. */
  rows: number;
  found: Pick<UseQueryResult<T>, "data" | "error" | "isPending" | "refetch">;
  children: (setting: T) => ReactNode;
}

/** A setting of a fleet that has an address of its own: asked for, and shown once it is there. */
export function FleetSetting<T>({ title, description, rows, found, children }: FleetSettingProps<T>) {
  return (
    <Panel title={title} description={description}>
      {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
      {found.isPending ? <Skeleton rows={rows} /> : null}
      {found.data ? children(found.data) : null}
    </Panel>
  );
}

interface FleetSettingFormProps {
  fleetId: string;
  save: {
    mutate: (input: undefined) => void;
    error: Error | null;
    isPending: boolean;
    data: { receipt: Receipt } | undefined;
  };
  /** What was refused is said at its field. */
  isPlaced: boolean;
  children: ReactNode;
}

/** Its fields, the refusal that belongs to none of them, the button, and what it costs once it is saved. */
export function FleetSettingForm({ fleetId, save, isPlaced, children }: FleetSettingFormProps) {
  const whyNot = useWhyNotInFleet(fleetId);
  const cost = save.data?.receipt.cost;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
    >
      {children}
      {save.error && !isPlaced ? <Problem error={save.error} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" refused={whyNot("fleet.write")} disabled={save.isPending}>
          Save
        </Button>
        {cost ? <span className="text-sm text-soft">{cost.summary}.</span> : null}
      </div>
    </form>
  );
}
