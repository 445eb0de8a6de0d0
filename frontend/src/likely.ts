/** While somebody types, the server is asked what was raised before; its answer stands in `data-likely`. */
const REST_MILLISECONDS = 900;
const FEWEST_SIGNS = 6;

function watch(part: HTMLElement, form: HTMLFormElement): void {
  let timer = 0;
  let asked = "";
  let stop = new AbortController();
  const said = (name: string): string => String(new FormData(form).get(name) ?? "");
  const ask = async (): Promise<void> => {
    const text = said("text").trim();
    const question = `${said("place")} ${text}`;
    if (question === asked) return;
    asked = question;
    stop.abort();
    stop = new AbortController();
    if (text.length < FEWEST_SIGNS || !said("place")) return;
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "text", "place", "same"]) body.append(name, said(name));
    try {
      const answer = await fetch(part.dataset.likely ?? "", { method: "POST", body, signal: stop.signal });
      if (!answer.ok) return;
      const chosen = said("same");
      const words = await answer.text();
      // Whoever is inside with finger or keyboard is not pulled out.
      if (part.contains(document.activeElement)) return;
      part.innerHTML = words;
      for (const choice of part.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
        if (choice.value === chosen) choice.checked = true;
      }
    } catch {
      // Without an answer the form is as good as before.
    }
  };
  form.addEventListener("input", (event) => {
    if (part.contains(event.target as Node)) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), REST_MILLISECONDS);
  });
}

export function startLikely(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-likely]")) {
    const form = part.closest("form");
    if (form) watch(part, form);
  }
}
