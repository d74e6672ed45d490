/** Saves a Blob under a name, as if a link to it had been followed. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of the Blob once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
