import { useCallback, useEffect, useRef } from "react";

/** A function that says whether what uses it is still shown: who has gone elsewhere shall not be pulled back. */
export function useIsHere(): () => boolean {
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return useCallback(() => isHere.current, []);
}
