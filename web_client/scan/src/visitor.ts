/** Who asks, as far as counting needs it: a random id of this browser, nothing about the person. */
const INSTALL_KEY = "dianjin.install";
const INSTALL_FORM = /^[A-Za-z0-9_-]{8,64}$/;

/** The part of localStorage that the page uses; private windows and in-app browsers may refuse it. */
export interface Shelf {
  readonly get: (key: string) => string | null;
  readonly set: (key: string, value: string) => void;
}

/** A shelf over the browser's storage that falls back to memory when storage is refused. */
export function openShelf(storage: () => Storage): Shelf {
  const memory = new Map<string, string>();
  return {
    get(key) {
      try {
        return storage().getItem(key) ?? memory.get(key) ?? null;
      } catch {
        return memory.get(key) ?? null;
      }
    },
    set(key, value) {
      memory.set(key, value);
      try {
        storage().setItem(key, value);
      } catch {
        // Storage is full or refused: the value lives as long as the page.
      }
    },
  };
}

/** 122 random bits as UUIDv4; works without a secure context, where crypto.randomUUID is absent. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function installId(shelf: Shelf): string {
  const stored = shelf.get(INSTALL_KEY);
  if (stored !== null && INSTALL_FORM.test(stored)) return stored;
  const fresh = newUuid();
  shelf.set(INSTALL_KEY, fresh);
  return fresh;
}
