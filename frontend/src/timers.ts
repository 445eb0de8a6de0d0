/** How long it has been since a moment: an element with `data-since` counts minutes and seconds, read as a timer. */
const SECOND = 1000;

function show(element: HTMLElement, since: number): void {
  const seconds = Math.max(0, Math.floor((Date.now() - since) / SECOND));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  element.textContent = shown.map((part) => String(part).padStart(2, "0")).join(":");
}

export function startTimers(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-since]")) {
    const since = Date.parse(element.dataset.since ?? "");
    if (Number.isNaN(since)) continue;
    show(element, since);
    setInterval(() => show(element, since), SECOND);
  }
}
