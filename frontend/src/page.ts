/** Small things of every page: focus on mistakes, counters, copying, dialogs. */
import { word } from "./words";

function count(counter: HTMLElement): void {
  const input = document.querySelector<HTMLTextAreaElement>(`[aria-describedby~="${counter.id}"]`);
  const limit = Number(counter.dataset.counter);
  if (!input || !limit) return;
  const show = (): void => {
    const left = limit - [...input.value].length;
    counter.classList.toggle("is-over", left < 0);
    const pattern = (left < 0 ? counter.dataset.over : counter.dataset.left) ?? "";
    counter.textContent = pattern.replace("{count}", Math.abs(left).toLocaleString("en"));
  };
  input.addEventListener("input", show);
  input.form?.addEventListener("input", show);
  if (input.value) show();
}

async function copy(button: HTMLElement): Promise<void> {
  const words = button.querySelector("span");
  if (!words) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    words.textContent = button.dataset.copied ?? "";
  } catch {
    words.textContent = word("not-copied");
  }
}

function openDialog(event: Event, id: string): void {
  const dialog = document.getElementById(id);
  // A browser without dialogs follows the link to the page that holds the same thing.
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

export function toast(words: string): void {
  document.querySelector(".toast")?.remove();
  const note = Object.assign(document.createElement("div"), { className: "toast", textContent: words });
  note.setAttribute("role", "status");
  document.body.append(note);
  setTimeout(() => note.remove(), 8000);
}

export function startPage(): void {
  document.documentElement.classList.remove("no-script");
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
  document.querySelectorAll<HTMLElement>("[data-counter]").forEach(count);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const copier = target.closest<HTMLElement>("[data-copy]");
    if (copier) void copy(copier);
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener?.dataset.dialog) openDialog(event, opener.dataset.dialog);
    if (target.closest("[data-print]")) window.print();
    if (target instanceof HTMLDialogElement) target.close();
  });
}
