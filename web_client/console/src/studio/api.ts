import { api } from "../api/client";
import type { Page, Product } from "../api/words";
import { briefToJson, isJson, type Json } from "./model/brief_json";
import {
  placementOf,
  type Artwork,
  type StudioDocument,
  type TemplateLink,
} from "./model/document";
import type {
  CertificateOut,
  FileFormat,
  LimitsOut,
  PresetOut,
  PresetsOut,
  PreviewOut,
  PreviewQuality,
  PrintOptions,
  Scene,
  TemplateOut,
} from "./wire_types";

/** What a code is made of, as every call of the studio sends it. */
export interface CodeIn {
  readonly artwork_id: string;
  readonly painted_artwork_id: string | null;
  readonly protected_artwork_id: string | null;
  readonly payload: string;
  readonly brief: Json;
}

/** Null while there is no artwork to make a code of. */
export function codeIn(document: StudioDocument): CodeIn | null {
  if (document.artwork === null) return null;
  return {
    artwork_id: document.artwork.id,
    painted_artwork_id: document.painting?.id ?? null,
    protected_artwork_id: document.protected_artwork_id,
    payload: document.payload,
    brief: briefToJson(document.brief, placementOf(document)),
  };
}

export interface TryOut {
  readonly picture: Blob;
  readonly wasRead: boolean;
}

export interface OpenedTemplate {
  readonly template: TemplateOut;
  readonly artwork: Artwork;
}

const ROOT = "/v1/studio";

export const studioApi = {
  uploadArtwork(
    file: Blob,
    name: string,
    onProgress: (share: number) => void,
    signal?: AbortSignal,
  ): Promise<Artwork> {
    const form = new FormData();
    form.append("file", file, name);
    form.append("name", name.slice(0, 100));
    return api.upload<Artwork>(`${ROOT}/artworks`, form, { onProgress, signal });
  },
  preview(
    code: CodeIn,
    moduleMm: number,
    quality: PreviewQuality,
    signal: AbortSignal,
  ): Promise<PreviewOut> {
    const body = { ...code, module_mm: moduleMm, quality };
    return api.post<PreviewOut>(`${ROOT}/preview`, body, { signal });
  },
  certify(code: CodeIn, signal: AbortSignal): Promise<CertificateOut> {
    return api.post<CertificateOut>(`${ROOT}/certificates`, code, { signal });
  },
  async tryOut(code: CodeIn, scene: Scene, seed: number, signal: AbortSignal): Promise<TryOut> {
    const body = { ...code, case: scene, seed };
    const { blob, headers } = await api.file(`${ROOT}/tryout`, { body, signal });
    return { picture: blob, wasRead: headers.get("X-Read") === "yes" };
  },
  async file(code: CodeIn, format: FileFormat, print: PrintOptions): Promise<Blob> {
    return (await api.file(`${ROOT}/files`, { body: { ...code, format, print } })).blob;
  },
  saveTemplate(name: string, code: CodeIn): Promise<TemplateOut> {
    const { payload, ...design } = code;
    return api.post<TemplateOut>(`${ROOT}/templates`, {
      name,
      ...design,
      payload_example: payload,
    });
  },
  /** The design first, then the name: both stand on the revision that was seen. */
  async updateTemplate(link: TemplateLink, name: string, code: CodeIn): Promise<TemplateOut> {
    const { payload, ...design } = code;
    const path = `${ROOT}/templates/${link.id}`;
    const saved = await api.put<TemplateOut>(`${path}/design`, {
      ...design,
      payload_example: payload,
      revision: link.revision,
    });
    if (name === saved.name) return saved;
    return api.put<TemplateOut>(path, { name, revision: saved.revision });
  },
  template: (id: string): Promise<TemplateOut> => api.get<TemplateOut>(`${ROOT}/templates/${id}`),
  async openTemplate(id: string, signal: AbortSignal): Promise<OpenedTemplate> {
    const template = await api.get<TemplateOut>(`${ROOT}/templates/${id}`, { signal });
    const path = `${ROOT}/artworks/${template.artwork_id}`;
    return { template, artwork: await api.get<Artwork>(path, { signal }) };
  },
  presets: (signal: AbortSignal): Promise<readonly PresetOut[]> =>
    api.get<PresetsOut>(`${ROOT}/presets`, { signal }).then((gallery) => gallery.items),
  limits: (signal: AbortSignal): Promise<LimitsOut> =>
    api.get<LimitsOut>(`${ROOT}/limits`, { signal }),
  async schema(signal: AbortSignal): Promise<Json> {
    const schema = await api.get<unknown>(`${ROOT}/schemas/brief`, { signal });
    return isJson(schema) ? schema : {};
  },
  products: (search: string, signal: AbortSignal): Promise<readonly Product[]> =>
    api
      .get<Page<Product>>("/v1/products", { query: { q: search, limit: 20 }, signal })
      .then((page) => page.items),
};
