/** Lists by keyboard: j and k move, enter opens (the link has the focus), / goes to the search. */
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

/** A list is remembered in this window, so that a matter opened from it leads on to the next one. */
function remember(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-rows] > * th a[href], [data-rows] > li a[href]")];
  const matters = links.map((link) => link.pathname).filter((path) => path.startsWith("/cases/"));
  if (matters.length) sessionStorage.setItem(KEPT, JSON.stringify(matters));
}

function showNeighbour(bar: HTMLElement, name: string, address: string | undefined): void {
  const link = bar.querySelector<HTMLAnchorElement>(`[data-${name}]`);
  if (!link || !address) return;
  link.href = address;
  link.hidden = false;
  bar.hidden = false;
}

function showNeighbours(bar: HTMLElement): void {
  const list = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as string[];
  const here = list.indexOf(location.pathname);
  if (here < 0) return;
  showNeighbour(bar, "previous", list[here - 1]);
  showNeighbour(bar, "next", list[here + 1]);
}

function neighbour(step: number): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`[data-neighbours] [data-${step > 0 ? "next" : "previous"}][href]`);
  link?.click();
  return Boolean(link);
}

export function startLists(): void {
  const bar = document.querySelector<HTMLElement>("[data-neighbours]");
  if (bar) showNeighbours(bar);
  else remember();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing() || document.querySelector("dialog[open]")) return;
    if (event.key === "j") neighbour(1) || move(1);
    else if (event.key === "k") neighbour(-1) || move(-1);
    else if (event.key === "Escape" && location.hash === "#menu") location.hash = "#main";
    else if (event.key === "/") {
      const search = document.querySelector<HTMLElement>("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    }
  });
}
