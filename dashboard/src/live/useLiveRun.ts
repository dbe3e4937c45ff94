import { useEffect, useState } from "react";
import { type Client, useClient } from "../data/client";
import { readResults } from "../data/results";
import { type Run, readRun } from "../data/runs";
import { CatchUp } from "./catchUp";
import { type Followed, Follower, NOTHING_YET, type Tables } from "./follow";
import type { IdOf } from "./progress";
import { listen } from "./topic";

export interface LiveRun extends Followed {
  /** The run's row as it was read last; null until then. */
  readonly run: Run | null;
}

/** Follow a run as long as the page is open. `idOf` is null until the tests' names are known. */
export function useLiveRun(runId: string, idOf: IdOf | null): LiveRun {
  const client = useClient();
  const [state, setState] = useState<LiveRun>({ ...NOTHING_YET, run: null });
  useEffect(() => {
    if (idOf === null) return;
    let run: Run | null = null;
    const tables = readWith(client, runId, (row) => {
      run = row;
    });
    const follower = new Follower(tables, idOf, (next) => setState({ ...next, run }));
    follower.start();
    const leave = listen(client, `run:${runId}`, follower, { replay: true });
    return () => {
      follower.stop();
      leave();
    };
  }, [client, runId, idOf]);
  return state;
}

function readWith(client: Client, runId: string, take: (row: Run) => void): Tables {
  return new CatchUp<Run>({
    async run() {
      const row = await readRun(client, runId);
      take(row);
      return row;
    },
    results: (run, after) => readResults(client, run, after),
  });
}
