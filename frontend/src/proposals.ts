/**
 * While somebody writes what is the matter, answers that may fit appear under the field. Nobody has to read them;
 * nothing of what is written is kept. "This answered my question" ends here: nothing is sent, the draft is forgotten.
 */
import { toast } from "./page";
import { word } from "./words";

const WAIT_MILLISECONDS = 700;
const LEAST_SIGNS = 2;

function post(form: HTMLFormElement, address: string, values: Record<string, string>, stop?: AbortSignal): Promise<Response> {
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const body = new URLSearchParams({ ...values, csrfmiddlewaretoken: token });
  return fetch(address, { method: "POST", body, headers: { "X-Part": "yes" }, credentials: "same-origin", signal: stop });
}

async function answered(form: HTMLFormElement, part: HTMLElement, address: string): Promise<void> {
  try {
    const answer = await post(form, address, { where: "raise", solved: "yes" });
    if (!answer.ok) throw new Error(String(answer.status));
    const glad = document.createElement("div");
    glad.className = "stack";
    glad.innerHTML = await answer.text();
    form.dispatchEvent(new Event("draft:done"));
    part.closest("main")?.replaceChildren(glad);
    glad.querySelector<HTMLElement>("[data-glad]")?.focus();
  } catch {
    toast(word("failed"));
  }
}

function watch(part: HTMLElement): void {
  const form = part.closest("form");
  const input = form?.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  const address = part.dataset.proposals;
  if (!form || !input || !address) return;
  let timer = 0;
  let asked = "";
  let stop = new AbortController();
  const ask = async (): Promise<void> => {
    const text = input.value.trim();
    if (text === asked || text.length < LEAST_SIGNS) return;
    asked = text;
    stop.abort();
    stop = new AbortController();
    try {
      const answer = await post(form, address, { text }, stop.signal);
      if (!answer.ok) return;
      const found = (await answer.text()).trim();
      // Who has opened one goes on reading it; the same answers are not said twice.
      if (part.querySelector("details[open]") || part.dataset.shown === found) return;
      part.dataset.shown = found;
      part.innerHTML = found;
      part.hidden = !found;
    } catch {
      // No connection: the form works without.
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT_MILLISECONDS);
  });
  part.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-answered]");
    if (button?.dataset.answered) void answered(form, part, button.dataset.answered);
  });
  if (input.value) void ask();
}

export function startProposals(): void {
  document.querySelectorAll<HTMLElement>("[data-proposals]").forEach(watch);
}
