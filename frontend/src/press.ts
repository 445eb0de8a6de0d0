/** Two presses do one thing: a form that is on its way is not sent again until the page comes back. */
const BUSY = "aria-busy";

export function free(form: HTMLFormElement): void {
  delete form.dataset.sending;
  delete form.dataset.asked;
  form.querySelectorAll(`button[${BUSY}]`).forEach((button) => button.removeAttribute(BUSY));
}

export function hold(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset.sending = "yes";
  submitter?.setAttribute(BUSY, "true");
}

export function startPresses(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const submitter = (event as SubmitEvent).submitter ?? null;
    const question = submitter?.dataset.confirm ?? form.dataset.confirm;
    // A form that asked the network first comes by twice; one question is enough.
    if (question && !form.dataset.asked && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method === "post") hold(form, submitter);
  }, true);
  // The way back from the next page restores this one as it was left, held buttons included.
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(free));
}
