/** The server's words under the console's names; with wire.ts the only place of generated names. */
import type { components } from "../../../wire/wire";

type Schemas = components["schemas"];

export type SessionOut = Schemas["SessionOut"];
export type Subject = Schemas["SubjectOut"];

export type Product = Schemas["trace_backend__products__schemas__ProductOut"];
export type CodeOrder = Schemas["OrderOut"];
export type CodeOrderIn = Schemas["OrderIn"];
export type Code = Schemas["CodeOut"];
export type CodeState = Schemas["CodeState"];
export type CodeArt = Schemas["CodeArtOut"];

export type Template = Schemas["TemplateOut"];
export type Run = Schemas["RunOut"];
export type RunState = Schemas["RunState"];
export type RunItem = Schemas["RunItemOut"];
export type RunFile = Schemas["RunFileOut"];
export type StoredCertificate = Schemas["StoredCertificateOut"];
/** What POST /v1/studio/runs takes; of the output, what the console lets choose. */
export type RunOutput = Required<Pick<Schemas["RunOutputIn"], "format" | "layout" | "part_labels">>;
export type RunIn = Omit<Schemas["RunIn"], "output"> & { readonly output: RunOutput };

/** A page of a list; every list of the server has this form. */
export interface Page<Row> {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
}
