/**
 * Parts of an open page take what stands in them from a fresh copy of the page: numbers wherever they are
 * (`data-count`), and a whole part (`data-renew`) unless the keyboard is in it. Nothing that has the focus moves.
 */
export async function freshPage(): Promise<Document | null> {
  const response = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
  if (!response.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function counts(page: ParentNode): Map<string, HTMLElement> {
  const found = [...page.querySelectorAll<HTMLElement>("[data-count]")];
  return new Map(found.map((each) => [each.dataset.count ?? "", each]));
}

/** Renew the numbers; return what changed in the navigation, as words to be said. */
export function renewCounts(fresh: Document): string[] {
  const now = counts(fresh);
  const said: string[] = [];
  counts(document).forEach((shown, name) => {
    const text = now.get(name)?.textContent;
    if (text === undefined || text === null || text === shown.textContent) return;
    shown.textContent = text;
    const label = shown.previousElementSibling?.textContent;
    if (label && name.startsWith("side:")) said.push(`${label} ${text}`);
  });
  return said;
}

/** Whether somebody is inside a part that would renew itself. */
export function isInside(): boolean {
  return Boolean(document.activeElement?.closest("[data-renew]"));
}

export function renewPart(fresh: Document): void {
  const part = document.querySelector("[data-renew]");
  const now = fresh.querySelector("[data-renew]");
  if (!part || !now || part.innerHTML === now.innerHTML) return;
  const title = (each: Element): string => each.querySelector("summary")?.textContent ?? "";
  const open = [...part.querySelectorAll("details[open]")].map(title);
  part.replaceChildren(...now.childNodes);
  part.querySelectorAll("details").forEach((each) => { each.open = open.includes(title(each)); });
}
