import type { MessageInitShape } from "@bufbuild/protobuf";
import { limits } from "../../protocol/opamp/limits.ts";
import { PackageStatusEnum, type PackageStatusesSchema } from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes } from "../../protocol/opamp/uid.ts";
import type { InstalledPackage } from "../packages.ts";
import type { AgentState } from "../state-file.ts";

/** Where a package of the set that is being taken stands; left out = it waits for its turn. */
export type PackageProgress =
  | { state: "downloading"; startedMs: number; percent: number; bytesPerSecond: number }
  /** It lies here whole and checked. */
  | { state: "ready" };

export interface StatusInput {
  state: Pick<AgentState, "applying" | "packages" | "packageFailures">;
  /** What is on the host, asked of the programs themselves. */
  known: readonly InstalledPackage[];
  progress: ReadonlyMap<string, PackageProgress>;
}

type Statuses = MessageInitShape<typeof PackageStatusesSchema>;
type Status = NonNullable<Statuses["packages"]>[string];

const { PackageStatusEnum_Installed: installed, PackageStatusEnum_InstallPending: pending } =
  PackageStatusEnum;
const { PackageStatusEnum_Installing: installing, PackageStatusEnum_InstallFailed: failed } =
  PackageStatusEnum;
const { PackageStatusEnum_Downloading: downloading } = PackageStatusEnum;

/** What the server is told of the programs: of the set that it offered last, and of what else is here. */
export function packageStatuses({ state, known, progress }: StatusInput): Statuses {
  const { applying, packages = null, packageFailures = null } = state;
  const taking =
    applying?.packages && applying.packages.allHash !== packages?.allHash ? applying.packages : null;
  const set = taking ?? packageFailures?.set ?? packages;
  const versions = new Map(known.map(({ name, version }) => [name, version]));
  const running = new Map((packages?.packages ?? []).map((one) => [one.name, one]));
  const list: [string, Status][] = known.map(({ name, version }) => [
    name,
    { name, agentHasVersion: version, status: installed },
  ]);
  for (const one of set?.packages ?? []) {
    const has = running.get(one.name);
    const same = has?.hash === one.hash;
    const error = taking ? undefined : packageFailures?.errors[one.name];
    list.push([
      one.name,
      {
        name: one.name,
        agentHasVersion: same ? one.version : (versions.get(one.name) ?? has?.version ?? ""),
        ...(has && { agentHasHash: hexToBytes(has.hash) }),
        serverOfferedVersion: one.version,
        serverOfferedHash: hexToBytes(one.hash),
        ...(same
          ? { status: installed }
          : taking
            ? underWay(progress.get(one.name))
            : error === undefined
              ? { status: pending }
              : { status: failed, errorMessage: error.slice(0, limits.errorChars) }),
      },
    ]);
  }
  const nobody = !taking && packageFailures && Object.keys(packageFailures.errors).length === 0;
  const refusal = nobody ? packageFailures.reason : undefined;
  return {
    packages: Object.fromEntries(list),
    ...(set && { serverProvidedAllPackagesHash: hexToBytes(set.allHash) }),
    ...(refusal !== undefined && { errorMessage: refusal.slice(0, limits.errorChars) }),
  };
}

function underWay(progress: PackageProgress | undefined): Status {
  switch (progress?.state) {
    case undefined:
      return { status: pending };
    case "ready":
      return { status: installing };
    case "downloading":
      return {
        status: downloading,
        downloadDetails: {
          downloadPercent: progress.percent,
          downloadBytesPerSecond: progress.bytesPerSecond,
        },
      };
  }
}
