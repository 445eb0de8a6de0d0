/**
 * An open page notices what others changed and says so in a line of its own. Nothing on the page moves, no form is
 * touched. It asks with what it has (ETag), rests while nobody looks or somebody is typing, and asks less often
 * when it fails.
 */
const USUAL = 15000;
const LONGEST = 300000;
const TYPING = 2000;
const STOPS = [401, 403, 404];

interface ListAnswer { rows: Record<string, number> }
interface CaseAnswer { moves: number; steps: string[] }

let lastKey = 0;

function words(part: HTMLElement, name: string, count: number): string[] {
  return count ? [(part.dataset[name] ?? "").replace("{n}", String(count))] : [];
}

function ofList(part: HTMLElement, answer: ListAnswer): string {
  const shown = new Map([...document.querySelectorAll<HTMLElement>("[data-matter]")].map((row) => [row.dataset.matter ?? "", Number(row.dataset.moves)]));
  const now = Object.entries(answer.rows);
  const fresh = now.filter((row) => !shown.has(row[0])).length;
  const changed = now.filter((row) => shown.has(row[0]) && shown.get(row[0]) !== row[1]).length;
  const gone = [...shown.keys()].filter((number) => !(number in answer.rows)).length;
  return [...words(part, "new", fresh), ...words(part, "changed", changed), ...words(part, "gone", gone)].join(part.dataset.between ?? " ");
}

function ofCase(part: HTMLElement, answer: CaseAnswer): string {
  return answer.steps.length ? `${part.dataset.changed ?? ""} ${answer.steps.join(" / ")}` : "";
}

function say(part: HTMLElement, said: string): void {
  if (part.dataset.said === said) return;
  part.dataset.said = said;
  part.replaceChildren();
  if (!said) return;
  const link = Object.assign(document.createElement("a"), { href: part.dataset.href ?? location.pathname + location.search, textContent: part.dataset.show ?? "" });
  part.append(Object.assign(document.createElement("span"), { textContent: said }), link);
}

class Watch {
  private etag = "";
  private wait = USUAL;
  private timer = 0;
  private asking = false;

  constructor(private readonly part: HTMLElement) {
    this.plan(this.wait);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.ask(); });
  }

  private plan(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), milliseconds);
  }

  private async ask(): Promise<void> {
    if (document.hidden || this.asking) return;
    if (Date.now() - lastKey < TYPING) return this.plan(TYPING);
    this.asking = true;
    const goesOn = await this.answer().catch(() => { this.wait = Math.min(LONGEST, this.wait * 2); return true; });
    this.asking = false;
    if (goesOn) this.plan(this.wait);
  }

  /** Whether to ask again. */
  private async answer(): Promise<boolean> {
    const headers: Record<string, string> = this.etag ? { "If-None-Match": this.etag } : {};
    const response = await fetch(this.part.dataset.address ?? "", { headers, cache: "no-store", credentials: "same-origin" });
    if (response.redirected || STOPS.includes(response.status)) return false;
    if (response.status !== 304) {
      if (!response.ok) throw new Error(String(response.status));
      const answer: unknown = await response.json();
      this.etag = response.headers.get("ETag") ?? "";
      say(this.part, this.part.dataset.news === "list" ? ofList(this.part, answer as ListAnswer) : ofCase(this.part, answer as CaseAnswer));
    }
    this.wait = USUAL;
    return true;
  }
}

export function startNews(): void {
  document.addEventListener("input", () => { lastKey = Date.now(); });
  document.querySelectorAll<HTMLElement>("[data-news]").forEach((part) => new Watch(part));
}
