import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

interface Current {
  readonly projectId: string | undefined;
  set(projectId: string | undefined): void;
}

const CurrentContext = createContext<Current>({ projectId: undefined, set: () => undefined });

/** Which project the page that is shown belongs to: the address of a run does not say it. */
export function CurrentProvider({ children }: { children: ReactNode }) {
  const [projectId, set] = useState<string | undefined>(undefined);
  return <CurrentContext value={{ projectId, set }}>{children}</CurrentContext>;
}

export function useCurrentProject(): string | undefined {
  return useContext(CurrentContext).projectId;
}

/** Said by a page once it knows its project. */
export function useIsInProject(projectId: string | undefined): void {
  const { set } = useContext(CurrentContext);
  useEffect(() => {
    set(projectId);
    return () => set(undefined);
  }, [projectId, set]);
}
