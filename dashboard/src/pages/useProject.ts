import { useParams } from "react-router";
import { type Place, usePlace } from "../data/organizations";

/** The project whose page this is. Only within ProjectFrame, which waits until it is known. */
export function useProject(): Place {
  const { projectId } = useParams();
  const { place } = usePlace(projectId);
  if (place === null) throw new Error("useProject is called outside of ProjectFrame");
  return place;
}
