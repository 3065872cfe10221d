import type { ArtStyle } from "../model/brief";

/** Three drawings of our own, so that people can try at once. */

export type SampleName = "mark" | "hills" | "leaf";
export const SAMPLES: readonly SampleName[] = ["mark", "hills", "leaf"];

/** Shown at its best: the style, and the ready-made look (by its key) in the gallery. */
export const SAMPLE_LOOKS: Readonly<Record<SampleName, readonly [ArtStyle, string]>> = {
  mark: ["dots", "touch-of-gold"],
  hills: ["base", "porcelain"],
  leaf: ["dots", "jade"],
};

const HEAD =
  '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="960" viewBox="0 0 96 96">';

/** A brush ring with its drop of gold; hills at dawn; a tea shoot. */
const DRAWINGS: Readonly<Record<SampleName, string>> = {
  mark:
    '<path d="M70 19A36 36 0 1 0 83 39" fill="none" stroke="#15171c" stroke-width="15" stroke-linecap="round"/>' +
    '<circle cx="48" cy="48" r="15" fill="#a67213"/>',
  hills:
    '<rect width="96" height="96" fill="#fbe9c8"/><circle cx="66" cy="27" r="13" fill="#d2452f"/>' +
    '<path d="M0 62L24 32L44 58L60 42L96 74V96H0z" fill="#2f7d6b"/>' +
    '<path d="M0 78L30 54L62 84L80 68L96 80V96H0z" fill="#16264f"/>' +
    '<path d="M24 32l8.500 11l-5 -1.500l-4 4l-4.500 -5l-3 2z" fill="#fbf9f4"/>',
  leaf:
    '<path d="M48 90C46 66 47 52 50 40" fill="none" stroke="#0a4630" stroke-width="8" stroke-linecap="round"/>' +
    '<path d="M48 62C20 64 10 44 12 26C34 26 50 38 48 62z" fill="#12704a"/>' +
    '<path d="M50 46C50 22 62 8 82 6C88 28 76 46 50 46z" fill="#0a4630"/>',
};

export function sampleSvg(name: SampleName): string {
  return `${HEAD}${DRAWINGS[name]}</svg>`;
}

export function sampleUrl(name: SampleName): string {
  return `data:image/svg+xml,${encodeURIComponent(sampleSvg(name))}`;
}

/** The drawing as a PNG file, as a designer would have exported it. */
export async function samplePng(name: SampleName): Promise<Blob> {
  const image = new Image();
  image.src = sampleUrl(name);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 960;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no canvas.");
  context.drawImage(image, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("This browser makes no PNG."));
      else resolve(blob);
    }, "image/png");
  });
}
