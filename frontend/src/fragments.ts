/** htmx: answers that refuse (4xx) are shown where the answer belongs; a lost connection is said, not swallowed. */
import htmx from "htmx.org";
import { toast } from "./page";
import { free } from "./press";
import { word } from "./words";

const SHOWN = [400, 403, 404, 409, 422, 429];

export function startFragments(): void {
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
    if (!SHOWN.includes(detail.xhr.status)) return;
    detail.shouldSwap = true;
    detail.isError = false;
  });
  // A part that renews itself rests while nobody looks at it or somebody is inside it with the keyboard.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.target as Element | null;
    if (part?.matches("[data-live]") && (document.hidden || part.contains(document.activeElement))) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.target as Element | null)?.closest("form");
    if (form) free(form);
  });
  document.addEventListener("htmx:sendError", () => toast(word("offline")));
  document.addEventListener("htmx:responseError", () => toast(word("failed")));
}
