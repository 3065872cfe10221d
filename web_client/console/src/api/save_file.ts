import { api } from "./client";

/** Fetches a file with the token and hands it to the browser's downloads. */
export async function saveFile(path: string, fallbackName: string): Promise<void> {
  const { blob, name } = await api.file(path);
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name ?? fallbackName;
  link.click();
  // The browser reads the blob after the click; it is let go when that is surely over.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
