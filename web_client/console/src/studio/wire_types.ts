import type { components } from "../../../wire/wire";

/** The service's words under the studio's names; the only file here that knows generated names. */
type Schemas = components["schemas"];

export type FileFormat = Schemas["FileFormat"];
export type Inks = Schemas["Inks"];
export type Scene = Schemas["TryoutCase"];
export type TrafficLight = Schemas["TrafficLight"];
export type PrintOptions = Required<Schemas["PrintIn"]>;
export type PreviewQuality = Schemas["PreviewQuality"];
export type PreviewOut = Schemas["CodePreviewOut"];
export type CertificateOut = Schemas["CertificateOut"];
export type RateOut = Schemas["RateOut"];
export type PresetOut = Schemas["PresetOut"];
export type PresetsOut = Schemas["PresetsOut"];
export type LimitsOut = Schemas["LimitsOut"];
export type TemplateOut = Schemas["TemplateOut"];

export const SCENES: readonly Scene[] = ["shop", "far", "tilt", "dark", "bottle"];
export const FORMATS: readonly FileFormat[] = ["svg", "png", "pdf", "eps"];
export const INKS: readonly Inks[] = ["cmyk", "black", "rgb"];

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** A finding, as certificates and refusals carry it. */
export interface ReasonOut extends Bilingual {
  readonly code: string;
  readonly is_blocking: boolean;
}
