/** Words for people come from the page (layouts/_words.html), where they are translated. */
export function word(name: string): string {
  const words = document.querySelector<HTMLTemplateElement>("#words");
  return words?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
}
