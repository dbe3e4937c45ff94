import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useClient } from "../data/client";
import { listen } from "./topic";

/** Whatever comes within this time makes lists read again once. */
const GATHER_MS = 400;

/** What a change of the project's runs may have changed, by the beginnings of query keys. */
const TOUCHED = ["runs", "run-history", "failure-groups", "suite-statistics", "slow-tests"];

/** Keeps the lists of a project right while the page is open; gives whether it hears the project. */
export function useLiveProject(projectId: string): boolean {
  const client = useClient();
  const cache = useQueryClient();
  const [isLive, setIsLive] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        for (const name of TOUCHED) void cache.invalidateQueries({ queryKey: [name, projectId] });
      }, GATHER_MS);
    };
    const leave = listen(client, `project:${projectId}`, {
      message: refresh,
      live: (joined) => {
        setIsLive(joined);
        if (joined) refresh();
      },
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [client, cache, projectId]);
  return isLive;
}
