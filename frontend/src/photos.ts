/** Photos are shown before they are sent, and made smaller on the phone so that a weak connection can carry them. */
const SMALL_ENOUGH = 1_000_000;
const QUALITY = 0.85;

async function shrink(file: File, side: number): Promise<File> {
  if (!file.type.startsWith("image/") || file.type === "image/gif" || file.size < SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = draw(picture, picture.width * scale, picture.height * scale);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    // What this browser cannot read the server may; it checks every picture anyway.
    return file;
  }
}

function draw(picture: ImageBitmap, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function preview(list: Element, file: File): Promise<void> {
  const item = document.createElement("li");
  try {
    const picture = await createImageBitmap(file);
    const scale = 192 / Math.min(picture.width, picture.height);
    const canvas = draw(picture, picture.width * scale, picture.height * scale);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    item.append(canvas);
  } catch {
    item.textContent = file.name;
  }
  list.append(item);
}

async function chosen(input: HTMLInputElement): Promise<void> {
  const side = Number(input.dataset.shrink ?? 0);
  let files = [...(input.files ?? [])];
  if (side && typeof DataTransfer === "function" && typeof createImageBitmap === "function") {
    files = await Promise.all(files.map((file) => shrink(file, side)));
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
  }
  const list = input.closest(".field")?.querySelector<HTMLElement>("[data-previews]");
  if (!list) return;
  list.replaceChildren();
  list.hidden = files.length === 0;
  await Promise.all(files.map((file) => preview(list, file)));
}

export function startPhotos(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.type === "file") void chosen(input);
  });
}
