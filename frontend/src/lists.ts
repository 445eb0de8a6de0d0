/** Lists by keyboard: j and k move, enter opens (the link has the focus), / goes to the search, ? says all keys. */
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

function showKeys(): void {
  const sheet = document.getElementById("keys");
  if (sheet instanceof HTMLDialogElement) sheet.showModal();
}

const KEYS: Record<string, (event: KeyboardEvent) => void> = {
  j: () => void (follow("next") || move(1)),
  k: () => void (follow("previous") || move(-1)),
  u: () => void follow("back"),
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
  if (bar) showNeighbours(bar);
  else remember();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing() || document.querySelector("dialog[open]")) return;
    KEYS[event.key]?.(event);
  });
}
