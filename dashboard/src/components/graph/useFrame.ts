import { useFullscreenElement, useMergedRef } from "@mantine/hooks";
import { useEffect, useState } from "react";

export interface Room {
  readonly width: number;
  /** Of the window, when the width became this one: it also changes while somebody scrolls a phone. */
  readonly windowHeight: number;
}

export interface Frame {
  readonly ref: ((element: HTMLElement | null) => void) | null;
  /** Null until it is known. */
  readonly room: Room | null;
  /** As large as the screen. */
  readonly isWide: boolean;
  toggle(): void;
}

/** How much room there is for a graph, also after the window became another. */
export function useFrame(): Frame {
  const { ref: screen, toggle, fullscreen: isWide } = useFullscreenElement();
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    if (element === null) return;
    const measure = () => {
      const width = element.clientWidth;
      const fresh = { width, windowHeight: window.innerHeight };
      setRoom((before) => (before?.width === width ? before : fresh));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  const ref = useMergedRef(screen, setElement);
  return { ref, room, isWide, toggle: () => void toggle() };
}
