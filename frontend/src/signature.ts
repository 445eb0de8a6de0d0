/** A signature drawn with finger, pen or mouse. Without this script people print, sign and take a photo. */
const STROKE = 4;
const EDGE = 0.5;

interface Pad {
  canvas: HTMLCanvasElement;
  pen: CanvasRenderingContext2D;
  target: HTMLInputElement;
}

function place(pad: Pad, event: PointerEvent): DOMPoint {
  const box = pad.canvas.getBoundingClientRect();
  return new DOMPoint(((event.clientX - box.left) * pad.canvas.width) / box.width, ((event.clientY - box.top) * pad.canvas.height) / box.height);
}

function clear(pad: Pad): void {
  pad.pen.clearRect(0, 0, pad.canvas.width, pad.canvas.height);
  pad.target.value = "";
}

function begin(pad: Pad, event: PointerEvent): void {
  event.preventDefault();
  pad.canvas.setPointerCapture(event.pointerId);
  const at = place(pad, event);
  pad.pen.beginPath();
  pad.pen.moveTo(at.x, at.y);
  // A dot is a stroke too.
  pad.pen.lineTo(at.x + EDGE, at.y);
  pad.pen.stroke();
}

function draw(pad: Pad, event: PointerEvent): void {
  if (!pad.canvas.hasPointerCapture(event.pointerId)) return;
  const at = place(pad, event);
  pad.pen.lineTo(at.x, at.y);
  pad.pen.stroke();
}

function end(pad: Pad): void {
  pad.target.value = pad.canvas.toDataURL("image/png");
}

/** A form that came back because of something else still has what was signed. */
function restore(pad: Pad): void {
  const drawn = pad.target.value;
  clear(pad);
  if (!drawn.startsWith("data:image/png")) return;
  const image = new Image();
  image.addEventListener("load", () => {
    pad.pen.drawImage(image, 0, 0);
    pad.target.value = drawn;
  });
  image.src = drawn;
}

function start(box: HTMLElement): void {
  const canvas = box.querySelector("canvas");
  const target = box.closest("form")?.querySelector<HTMLInputElement>("[data-drawn]");
  const pen = canvas?.getContext("2d");
  if (!canvas || !target || !pen || typeof PointerEvent !== "function") return;
  const pad: Pad = { canvas, pen, target };
  pen.lineWidth = STROKE;
  pen.lineCap = pen.lineJoin = "round";
  box.hidden = false;
  restore(pad);
  canvas.addEventListener("pointerdown", (event) => begin(pad, event));
  canvas.addEventListener("pointermove", (event) => draw(pad, event));
  canvas.addEventListener("pointerup", () => end(pad));
  canvas.addEventListener("pointercancel", () => end(pad));
  box.querySelector("[data-sign-clear]")?.addEventListener("click", () => clear(pad));
}

export function startSignatures(): void {
  document.querySelectorAll<HTMLElement>("[data-sign-pad]").forEach(start);
}
