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

/** A small drawing is made larger, up to this. */
const LARGEST = 1.25;

/** Room between the drawing and its frame. */
const MARGIN = 18;

/** What is left of the page above a tall graph that is scrolled to. */
const LEFT_ABOVE = 80;
const LEAST_HEIGHT = 380;
/** On a phone the page must be left to be scrolled by: a finger on the graph moves the graph. */
const PHONE = 700;
const OF_PHONE = 0.68;

/** How large a drawing is when all of it is in the frame: at most a little larger than drawn. */
export function zoomIn(frame: Size, drawing: Size): number {
  const across = (frame.width - 2 * MARGIN) / drawing.width;
  const down = (frame.height - 2 * MARGIN) / drawing.height;
  return Math.min(LARGEST, across, down);
}

/** How high a frame of this width may become in this window. */
export function mostHeight(width: number, windowHeight: number): number {
  if (width < PHONE) return Math.max(LEAST_HEIGHT, OF_PHONE * windowHeight);
  return Math.max(LEAST_HEIGHT, windowHeight - LEFT_ABOVE);
}

/** The frame for a drawing: no higher than it has use for. */
export function frameFor(drawing: Size, width: number, windowHeight: number): Size {
  const most = mostHeight(width, windowHeight);
  const zoom = Math.max(READABLE, zoomIn({ width, height: most }, drawing));
  const wanted = Math.ceil(zoom * drawing.height + 2 * MARGIN);
  return { width, height: Math.min(most, Math.max(LEAST_HEIGHT, wanted)) };
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
