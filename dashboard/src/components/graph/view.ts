export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What of a drawing is seen: where its corner is in the frame, and how large it is. */
export interface View extends Point {
  readonly zoom: number;
}

/** Smaller than this nobody reads the names. */
export const READABLE = 0.8;

/** Room between the drawing and its frame. */
const MARGIN = 18;

/** What stands above a graph on its page, and what may be left of that when a tall one is scrolled to. */
const ABOVE = 350;
const LEFT_ABOVE = 80;
const LEAST_HEIGHT = 380;
/** On a phone the page must be left to be scrolled by: a finger on the graph moves the graph. */
const PHONE = 700;
const OF_PHONE = 0.68;

/** How large a drawing is when all of it is in the frame: at most as it was drawn. */
export function zoomIn(frame: Size, drawing: Size): number {
  const across = (frame.width - 2 * MARGIN) / drawing.width;
  const down = (frame.height - 2 * MARGIN) / drawing.height;
  return Math.min(1, across, down);
}

/** How high a frame of this width may become in this window. */
export function mostHeight(width: number, windowHeight: number): number {
  if (width < PHONE) return Math.max(LEAST_HEIGHT, OF_PHONE * windowHeight);
  return Math.max(LEAST_HEIGHT, windowHeight - LEFT_ABOVE);
}

/** The frame for a drawing: as high as the rest of the window, and higher when that shows more of it. */
export function frameFor(drawing: Size, width: number, windowHeight: number): Size {
  const most = mostHeight(width, windowHeight);
  const least = Math.min(most, Math.max(LEAST_HEIGHT, windowHeight - ABOVE));
  const zoom = Math.max(READABLE, zoomIn({ width, height: most }, drawing));
  const wanted = Math.ceil(zoom * drawing.height + 2 * MARGIN);
  return { width, height: Math.min(most, Math.max(least, wanted)) };
}

/** Whether names can be read while all of it is seen. */
export function fits(frame: Size, drawing: Size): boolean {
  return zoomIn(frame, drawing) >= READABLE;
}

/** All of it in the middle, if it can be read then; else as much of it as can be read, around `focus`. */
export function viewOf(drawing: Size, frame: Size, focus: Point): View {
  const zoom = Math.max(READABLE, zoomIn(frame, drawing));
  return {
    zoom,
    x: startOf(zoom * drawing.width, frame.width, zoom * focus.x),
    y: startOf(zoom * drawing.height, frame.height, zoom * focus.y),
  };
}

function startOf(length: number, room: number, focus: number): number {
  if (length + 2 * MARGIN <= room) return (room - length) / 2;
  const last = room - MARGIN - length;
  return Math.max(last, Math.min(MARGIN, room / 2 - focus));
}
