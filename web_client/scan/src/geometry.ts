/** Points of the picture and of the screen; the only file that maps one onto the other. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** Corners clockwise from the symbol's own top-left. */
export type Quad = readonly [Point, Point, Point, Point];

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of the picture that `object-fit: cover` shows, in picture pixels. */
export function visiblePart(picture: Size, view: Size): Rect {
  const scale = Math.max(view.width / picture.width, view.height / picture.height);
  const [width, height] = [view.width / scale, view.height / scale];
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}

/** A rectangle of the view as a rectangle of the picture behind it. */
export function pictureRect(rect: Rect, picture: Size, view: Size): Rect {
  const part = visiblePart(picture, view);
  const scale = part.width / view.width;
  return {
    x: part.x + rect.x * scale,
    y: part.y + rect.y * scale,
    width: rect.width * scale,
    height: rect.height * scale,
  };
}

export function viewQuad(quad: Quad, picture: Size, view: Size): Quad {
  const part = visiblePart(picture, view);
  const scale = view.width / part.width;
  const move = (point: Point): Point => ({
    x: (point.x - part.x) * scale,
    y: (point.y - part.y) * scale,
  });
  return [move(quad[0]), move(quad[1]), move(quad[2]), move(quad[3])];
}

/** The square in which the person is asked to hold the code; above the middle, over the thumb. */
export function searchFrame(view: Size): Rect {
  const landscape = view.width > view.height;
  const side = Math.min(view.width * 0.7, view.height * (landscape ? 0.62 : 0.44), 420);
  const left = landscape ? (view.width - 112 - side) / 2 : (view.width - side) / 2;
  return { x: left, y: (view.height - side) * (landscape ? 0.4 : 0.42), width: side, height: side };
}

export function rectQuad(rect: Rect): Quad {
  const [right, bottom] = [rect.x + rect.width, rect.y + rect.height];
  return [
    { x: rect.x, y: rect.y },
    { x: right, y: rect.y },
    { x: right, y: bottom },
    { x: rect.x, y: bottom },
  ];
}

export function between(from: Quad, to: Quad, share: number): Quad {
  const mix = (a: Point, b: Point): Point => ({
    x: a.x + (b.x - a.x) * share,
    y: a.y + (b.y - a.y) * share,
  });
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2]), mix(from[3], to[3])];
}

/** The quad pushed outwards from its centre, so that the frame stands beside the modules. */
export function grown(quad: Quad, factor: number): Quad {
  const centre = centreOf(quad);
  const push = (point: Point): Point => ({
    x: centre.x + (point.x - centre.x) * factor,
    y: centre.y + (point.y - centre.y) * factor,
  });
  return [push(quad[0]), push(quad[1]), push(quad[2]), push(quad[3])];
}

export function centreOf(quad: Quad): Point {
  const x = (quad[0].x + quad[1].x + quad[2].x + quad[3].x) / 4;
  const y = (quad[0].y + quad[1].y + quad[2].y + quad[3].y) / 4;
  return { x, y };
}

export function boundsOf(quad: Quad): Rect {
  const [xs, ys] = [quad.map((point) => point.x), quad.map((point) => point.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
