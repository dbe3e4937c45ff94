import type { ReactNode } from "react";
import { DataError } from "../data/errors";
import { type Catalogue, useCatalogue } from "../data/tests";
import { Loaded, Problem } from "./Loaded";
import { Page } from "./Page";

interface FromCatalogueProps<T> {
  readonly projectId: string;
  /** What is looked for, such as "suite". */
  readonly what: string;
  find(known: Catalogue): T | undefined;
  children(found: T, known: Catalogue): ReactNode;
}

/** The page of something that the project's files name: there, or not any more. */
export function FromCatalogue<T>({ projectId, what, find, children }: FromCatalogueProps<T>) {
  const catalogue = useCatalogue(projectId);
  return (
    <Loaded query={catalogue}>
      {(known) => {
        const found = find(known);
        if (found !== undefined) return children(found, known);
        return (
          <Page title={`No such ${what}`}>
            <Problem error={new DataError(`There is no such ${what} any more.`)} />
          </Page>
        );
      }}
    </Loaded>
  );
}
