/** Lists by keyboard: j and k move, enter opens (the link has the focus), / goes to the search, ? says all keys. */
import { chooseCurrent } from "./choosing";

function typing(): boolean {
  const at = document.activeElement;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("input, textarea, select"));
}

function move(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-rows] > *")].filter((row) => row.querySelector("a[href]"));
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + step))];
  rows.forEach((row) => row.classList.toggle("is-current", row === next));
  next?.querySelector<HTMLElement>("a[href]")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const KEPT = "gongzhi-list";
interface Kept { back: string; matters: string[] }

/** A list is remembered in this window, so that a matter changed since, whose address lost it, leads on too. */
function remember(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-rows] > * th a[href], [data-rows] > li a[href]")];
  const matters = links.filter((link) => link.pathname.startsWith("/cases/")).map((link) => link.pathname + link.search);
  if (matters.length) sessionStorage.setItem(KEPT, JSON.stringify({ back: location.pathname + location.search, matters } as Kept));
}

function remembered(): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Kept | null;
    return Array.isArray(kept?.matters) ? kept : null;
  } catch {
    return null;
  }
}

function lead(bar: HTMLElement, name: string, address: string | undefined): void {
  const link = bar.querySelector<HTMLAnchorElement>(`[data-${name}]`);
  if (!link || !address) return;
  link.href = address;
  link.hidden = false;
  bar.hidden = false;
}

/** Where the server knows the list from the address, its links stand; else the window may remember it. */
function showNeighbours(bar: HTMLElement): void {
  if (bar.querySelector("[data-back][href]")) return;
  const kept = remembered();
  const here = kept ? kept.matters.findIndex((address) => address.split("?")[0] === location.pathname) : -1;
  if (!kept || here < 0) return;
  lead(bar, "back", kept.back);
  lead(bar, "previous", kept.matters[here - 1]);
  lead(bar, "next", kept.matters[here + 1]);
}

function follow(name: string): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`[data-neighbours] [data-${name}][href]`);
  link?.click();
  return Boolean(link);
}

const SWITCH = "gongzhi:keys";

/** WCAG 2.1.4: who speaks to the computer, or hits keys by chance, turns keys of one sign off. */
function isOn(): boolean {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((each) => each.dataset.key);
}

function label(each: HTMLElement): string {
  return each instanceof HTMLTextAreaElement ? each.labels?.[0]?.textContent?.trim() ?? "" : each.textContent?.trim() ?? "";
}

/** A link is followed; what would act at once only gets the focus, so that Enter decides. */
function press(key: string): void {
  const target = keyed().find((each) => each.dataset.key === key);
  if (!target) return;
  target.closest("details")?.setAttribute("open", "");
  if (target instanceof HTMLAnchorElement) target.click();
  else target.focus();
}

function startSwitch(): void {
  const box = document.querySelector<HTMLInputElement>("[data-keys-switch]");
  if (!box) return;
  box.checked = isOn();
  box.addEventListener("change", () => {
    try {
      if (box.checked) localStorage.removeItem(SWITCH);
      else localStorage.setItem(SWITCH, "off");
    } catch {
      // Without a store they are off until the page is left.
    }
    mark();
  });
  const here = document.querySelector("[data-keys-here]");
  const title = document.querySelector<HTMLElement>("[data-keys-title]");
  if (title) title.hidden = keyed().length === 0;
  for (const each of keyed()) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: each.dataset.key ?? "" }));
    here?.append(term, Object.assign(document.createElement("dd"), { textContent: label(each) }));
  }
}

function mark(): void {
  for (const each of keyed()) {
    if (isOn()) each.setAttribute("aria-keyshortcuts", each.dataset.key ?? "");
    else each.removeAttribute("aria-keyshortcuts");
  }
}

function showKeys(): void {
  const sheet = document.getElementById("keys");
  if (sheet instanceof HTMLDialogElement) sheet.showModal();
}

const KEYS: Record<string, (event: KeyboardEvent) => void> = {
  j: () => void (follow("next") || move(1)),
  k: () => void (follow("previous") || move(-1)),
  u: () => void follow("back"),
  x: () => void chooseCurrent(),
  "?": showKeys,
  "\uff1f": showKeys,
  Escape: () => { if (location.hash === "#menu") location.hash = "#main"; },
  "/": (event) => {
    const search = document.querySelector<HTMLElement>("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  },
};

export function startLists(): void {
  const bar = document.querySelector<HTMLElement>("[data-neighbours]");
  startSwitch();
  mark();
  if (bar) showNeighbours(bar);
  else remember();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing() || document.querySelector("dialog[open]")) return;
    if (event.key.length === 1 && !isOn()) return;
    const act = KEYS[event.key];
    if (act) return act(event);
    if (/^[a-z]$/.test(event.key) && keyed().some((each) => each.dataset.key === event.key)) {
      event.preventDefault();
      press(event.key);
    }
  });
}
