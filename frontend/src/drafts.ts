/**
 * Words are never lost: a form with `data-draft="key"` is kept on this device while it is written, comes back
 * after a lost connection or a closed page, and is forgotten when the next page without it arrives.
 */
import { free } from "./press";
import { word } from "./words";

const PREFIX = "gongzhi:draft:";
const SENT = "gongzhi:sent";
const KEEP_DAYS = 7;
const WAIT_MILLISECONDS = 8000;

interface Draft { savedAt: number; values: Record<string, string[]> }
type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function inputs(form: HTMLFormElement): Input[] {
  return [...form.elements].filter((element): element is Input =>
    (element instanceof HTMLInputElement && !["hidden", "password", "file", "submit", "button"].includes(element.type)) ||
    element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement);
}

function isChoice(input: Input): input is HTMLInputElement {
  return input instanceof HTMLInputElement && (input.type === "radio" || input.type === "checkbox");
}

function read(form: HTMLFormElement): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const input of inputs(form)) {
    if (!input.name || (isChoice(input) && !input.checked) || !input.value) continue;
    (values[input.name] ??= []).push(input.value);
  }
  return values;
}

function stored(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null") as Draft | null;
    if (!draft || Date.now() - draft.savedAt > KEEP_DAYS * 86400000) return null;
    return draft;
  } catch {
    return null;
  }
}

function save(form: HTMLFormElement, key: string): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ savedAt: Date.now(), values: read(form) }));
  } catch {
    // A full or forbidden store must never stand between a person and the form.
  }
}

/** Fill what is still empty; what the server filled in is newer and stays. Returns whether anything came back. */
function restore(form: HTMLFormElement, draft: Draft): boolean {
  const before = read(form);
  let filled = false;
  for (const input of inputs(form)) {
    const values = draft.values[input.name];
    if (!values || before[input.name]) continue;
    if (isChoice(input)) input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
    filled = true;
  }
  if (filled) form.dispatchEvent(new Event("input"));
  return filled;
}

function say(form: HTMLFormElement, words: string, action?: { label: string; run: () => void }): void {
  const note = form.querySelector<HTMLElement>(".draft-note") ?? form.appendChild(Object.assign(document.createElement("div"), { className: "draft-note" }));
  note.setAttribute("role", "status");
  note.textContent = words;
  if (!action) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: action.label });
  button.addEventListener("click", action.run);
  note.append(button);
}

/** Ask the server for a small file; no answer means that sending would lose the page to an error of the browser. */
async function reachable(): Promise<boolean> {
  if (!navigator.onLine) return false;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!icon) return true;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT_MILLISECONDS);
  try {
    await fetch(icon.href, { method: "HEAD", cache: "no-store", signal: stop.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function watch(form: HTMLFormElement, key: string): void {
  let changed = false;
  let sure = false;
  form.addEventListener("input", (event) => {
    if (event.isTrusted) changed = true;
    save(form, key);
  });
  form.addEventListener("submit", (event) => {
    if (sure || event.defaultPrevented) return;
    event.preventDefault();
    const submitter = (event as SubmitEvent).submitter ?? null;
    void reachable().then((there) => {
      if (!there) {
        free(form);
        say(form, word("offline"));
        return;
      }
      sure = true;
      changed = false;
      sessionStorage.setItem(SENT, key);
      free(form);
      form.dataset.asked = "yes";
      if (form.requestSubmit) form.requestSubmit(submitter as HTMLButtonElement | null);
      else form.submit();
    });
  });
  // Somebody found out what they wanted without sending: nothing is left to lose.
  form.addEventListener("draft:done", () => {
    changed = false;
    localStorage.removeItem(PREFIX + key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!changed || sure) return;
    event.preventDefault();
    // Browsers before 2024 ask only when this is set.
    event.returnValue = true;
  });
  window.addEventListener("pageshow", () => { sure = false; });
}

export function startDrafts(): void {
  const forms = [...document.querySelectorAll<HTMLFormElement>("form[data-draft]")];
  // Sent while the session had ended: the words wait until the person has signed in and is back.
  if (document.querySelector('input[type="password"]')) return;
  const sent = sessionStorage.getItem(SENT);
  if (sent && !forms.some((form) => form.dataset.draft === sent)) {
    localStorage.removeItem(PREFIX + sent);
  }
  sessionStorage.removeItem(SENT);
  for (const form of forms) {
    const key = form.dataset.draft ?? "";
    const draft = stored(key);
    if (draft && restore(form, draft)) {
      say(form, word("restored"), { label: word("forget"), run: () => { localStorage.removeItem(PREFIX + key); form.reset(); say(form, word("forgotten")); } });
    }
    watch(form, key);
  }
}
