import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useClient } from "../data/client";
import { type Heard, heardIn } from "../lib/findings";
import { Gatherer } from "./gather";
import { listen } from "./topic";

/** What a change of the project's runs may have changed, by the beginnings of query keys. */
const TOUCHED = ["runs", "run-history", "failure-groups", "suite-statistics", "slow-tests"];

/** Of what was found out the latest is kept before somebody's eyes, not an afternoon's. */
const KEPT = 3;

export interface LiveProject {
  readonly isLive: boolean;
  /** What runs brought to light since the page was opened, the latest first. */
  readonly heard: readonly Heard[];
  forget(one: Heard): void;
}

/** Keeps the lists of a project right while the page is open; tells whether it hears the project, and what. */
export function useLiveProject(projectId: string): LiveProject {
  const client = useClient();
  const cache = useQueryClient();
  const [isLive, setIsLive] = useState(false);
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  useEffect(() => {
    const lists = new Gatherer(() =>
      Promise.all(TOUCHED.map((name) => cache.invalidateQueries({ queryKey: [name, projectId] }))),
    );
    setHeard([]);
    const leave = listen(client, `project:${projectId}`, {
      message: (event, payload) => {
        const found = heardIn(event, payload);
        if (found !== null) setHeard((before) => [found, ...before].slice(0, KEPT));
        lists.ask();
      },
      live: (joined) => {
        setIsLive(joined);
        if (joined) lists.ask();
      },
    });
    return () => {
      lists.stop();
      leave();
    };
  }, [client, cache, projectId]);
  const forget = useCallback(
    (one: Heard) => setHeard((before) => before.filter((other) => other !== one)),
    [],
  );
  return { isLive, heard, forget };
}
