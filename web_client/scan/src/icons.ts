import { svg } from "./dom";

/** Line icons on a 24 grid, one stroke width, drawn for this page. */
const PATHS = {
  torch: "M8 3h8v3l-2 4v10a1 1 0 0 1-1 1h-2a1 1 0 0 1-1-1V10L8 6zM8 6h8M12 13v2",
  lens: "M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5",
  photo:
    "M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM3.5 17l5-5 4 4 3-3 5 4.5M15.5 9.5h.01",
  place:
    "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  language:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18",
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v6h-6M18 17v1",
  history: "M12 21a9 9 0 1 0-8.5-6M3 20v-5h5M12 7v5l3.5 2",
  copy_detection: "M8 8h12v12H8zM16 4H4v12M11 12h2v2h2v2h2",
  print:
    "M12 4c-4 0-7 3-7 7v3M12 4c4 0 7 3 7 7 0 3-.5 5-1 7M8.5 18c.5-2 .5-4 .5-7a3 3 0 0 1 6 0c0 4-.5 6.5-1.5 9M12 11c0 4-.5 7-1.5 9",
  hidden: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  nfc: "M5 8.5c1.5 2 1.5 5 0 7M9 6.5c2.5 3.3 2.5 7.7 0 11M13 4.5c3.5 4.5 3.5 10.5 0 15M17 2.5c4.5 5.8 4.5 13.2 0 19",
  camera_off:
    "M4 4l16 16M9 6l1-2h4l1.5 2H20a1 1 0 0 1 1 1v10M17 19H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h1M9.5 11a3.5 3.5 0 0 0 4.8 4.8",
  offline:
    "M4 4l16 16M3 10a13 13 0 0 1 5-3M12 6c3.5 0 6.7 1.5 9 4M6.5 13.5a8 8 0 0 1 4-2M15 12.5l2.5 1.5M10 17a3.2 3.2 0 0 1 4 0M12 20h.01",
  foreign: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  question:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5h.01",
  wait: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 3",
  server: "M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01M12 8h5M12 16h5",
  browser: "M3 5h18v14H3zM3 9h18M6 7h.01M8.5 7h.01M15 12l3 0M18 12v3M18 12l-5 5",
  phone:
    "M6 3h3l1.5 5-2 1.5a12 12 0 0 0 6 6l1.5-2 5 1.5v3a2 2 0 0 1-2 2C11 20 4 13 4 5a2 2 0 0 1 2-2z",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGSVGElement {
  const line = svg("path", { d: PATHS[name] });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, line);
}
