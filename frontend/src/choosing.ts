/** Choosing many rows of a list: all of the page at once, a count, and x on the marked line. */
function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[data-choose]")];
}

function show(): void {
  const all = boxes();
  const chosen = all.filter((box) => box.checked);
  const every = document.querySelector<HTMLInputElement>("[data-choose-all]");
  if (every) {
    every.checked = all.length > 0 && chosen.length === all.length;
    every.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const count = document.querySelector<HTMLElement>("[data-chosen-count]");
  if (count && chosen.length) count.textContent = (count.dataset.pattern ?? "").replace("{count}", String(chosen.length));
  all.forEach((box) => box.closest("tr")?.classList.toggle("is-chosen", box.checked));
}

const KEPT = "gongzhi-ticks";
interface Ticks { list: string; numbers: string[] }

/** The list by what it shows, however its address is written. */
function listName(): string {
  const said = new URLSearchParams(location.search);
  said.delete("choose");
  said.sort();
  return `${location.pathname}?${said.toString()}`;
}

/** Ticks are remembered in this window: a look at the news, or at the preview and back, loses none. */
function keep(): void {
  const numbers = boxes().filter((box) => box.checked).map((box) => box.value);
  sessionStorage.setItem(KEPT, JSON.stringify({ list: listName(), numbers } as Ticks));
}

function recall(): void {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Ticks | null;
  if (kept?.list !== listName()) return;
  boxes().forEach((box) => { box.checked ||= kept.numbers.includes(box.value); });
}

function chooseAll(checked: boolean): void {
  boxes().forEach((box) => { box.checked = checked; });
  keep();
  show();
}

/** Tick the box of the row that has the keyboard; says whether there is one. */
export function chooseCurrent(): boolean {
  const box = document.activeElement?.closest("tr")?.querySelector<HTMLInputElement>("input[data-choose]");
  if (!box) return false;
  box.checked = !box.checked;
  keep();
  show();
  return true;
}

export function startChoosing(): void {
  // Pressed and held: what was ticked is on its way.
  if (document.getElementById("batch-part")) sessionStorage.removeItem(KEPT);
  if (!boxes().length) return;
  recall();
  document.addEventListener("change", (event) => {
    const box = event.target as Element;
    if (box instanceof HTMLInputElement && box.matches("[data-choose-all]")) chooseAll(box.checked);
    else if (box.matches("[data-choose]")) {
      keep();
      show();
    }
  });
  document.querySelector("[data-choose-page]")?.addEventListener("click", (event) => {
    event.preventDefault();
    chooseAll(true);
  });
  // The way back from a preview restores the ticks after the scripts have run.
  window.addEventListener("pageshow", show);
  show();
}

/** A number that counts down to what is held; the page asks the server by itself, this is only for the eye. */
export function startCountdown(): void {
  setInterval(() => {
    const shown = document.querySelector<HTMLElement>("[data-countdown]");
    if (shown) shown.textContent = String(Math.max(0, Number(shown.textContent) - 1));
  }, 1000);
}
