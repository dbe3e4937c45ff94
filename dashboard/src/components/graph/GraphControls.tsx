import { IconFocusCentered, IconMaximize, IconMinimize } from "@tabler/icons-react";
import { ControlButton, Controls, useReactFlow } from "@xyflow/react";
import type { ReactNode } from "react";

/** The whole drawing, however small its names become. */
const ALL = { padding: 0.04, minZoom: 0.08, maxZoom: 1 };

/** What the library's own buttons are called. */
export const NAMES = {
  "controls.zoomIn.ariaLabel": "Larger",
  "controls.zoomOut.ariaLabel": "Smaller",
  "minimap.ariaLabel": "The whole graph, small",
};

interface GraphControlsProps {
  readonly isWide: boolean;
  toggle(): void;
}

/** Larger, smaller, all of it; and as large as the screen, where a browser can do that. */
export function GraphControls({ isWide, toggle }: GraphControlsProps) {
  const { fitView } = useReactFlow();
  return (
    <Controls showInteractive={false} showFitView={false} orientation="horizontal">
      <Pressed label="Show all of it" press={() => void fitView(ALL)}>
        <IconFocusCentered style={STROKED} aria-hidden />
      </Pressed>
      {document.fullscreenEnabled && (
        <Pressed label={isWide ? "Back to the page" : "Fill the screen"} press={toggle}>
          {isWide ? (
            <IconMinimize style={STROKED} aria-hidden />
          ) : (
            <IconMaximize style={STROKED} aria-hidden />
          )}
        </Pressed>
      )}
    </Controls>
  );
}

/** The library fills its pictures; these are lines. */
const STROKED = { fill: "none", maxWidth: 16, maxHeight: 16 };

interface PressedProps {
  readonly label: string;
  readonly children: ReactNode;
  press(): void;
}

function Pressed({ label, press, children }: PressedProps) {
  return (
    <ControlButton onClick={press} aria-label={label} title={label}>
      {children}
    </ControlButton>
  );
}
