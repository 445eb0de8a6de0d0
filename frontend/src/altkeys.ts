/**
 * Alt and a key press what carries `data-alt`, the same in every browser. Their own access keys differ (with Shift,
 * with Control, or the number changes the tab), so they stand in only where there is no script.
 */
function signOf(event: KeyboardEvent): string {
  // By the place of the key: with Option a Mac types another sign.
  return /^(Digit|Key)(.)$/.exec(event.code)?.[2]?.toLowerCase() ?? event.key.toLowerCase();
}

export function startAltKeys(): void {
  const keyed = [...document.querySelectorAll<HTMLElement>("[data-alt]")];
  if (!keyed.length) return;
  keyed.forEach((each) => each.removeAttribute("accesskey"));
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
    const target = keyed.find((each) => each.dataset.alt === signOf(event));
    if (!target) return;
    event.preventDefault();
    if (target instanceof HTMLButtonElement) target.click();
    else target.focus();
  });
}
