/**
 * An open page notices what others changed and says so in a line of its own. No form is touched, no row moves; numbers
 * renew where they stand, and the desk as a whole while nobody is inside it. It asks with what it has (ETag), rests
 * while nobody looks or somebody is typing, and asks less often when it fails.
 */
import { freshPage, isInside, renewCounts, renewPart } from "./renewing";

const USUAL = 15000;
const LONGEST = 300000;
/** Deadlines come nearer without anybody's step: the desk is renewed after this time at the latest. */
const STALE = 300000;
const TYPING = 2000;
const STOPS = [401, 403, 404];

interface ListAnswer { rows: Record<string, number> }
interface CaseAnswer { moves: number; steps: string[] }
interface DeskAnswer { seen: number; changed: boolean; unread: number }

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
  part.append(Object.assign(document.createElement("span"), { textContent: said }), link(part));
}

function link(part: HTMLElement): HTMLElement {
  const href = part.dataset.href ?? location.pathname + location.search;
  return Object.assign(document.createElement("a"), { href, textContent: part.dataset.show ?? "" });
}

/** Numbers that changed in the navigation are said to who does not see them; nothing is shown twice. */
function tell(words: string[]): void {
  const line = document.querySelector<HTMLElement>("[data-told]");
  if (line && words.length) line.textContent = words.join(line.dataset.between ?? " ");
}

class Watch {
  private etag = "";
  private wait = USUAL;
  private timer = 0;
  private asking = false;
  private renewedAt = Date.now();
  private unread = -1;
  /** The desk changed while somebody was inside it. */
  private behind = false;

  constructor(private readonly part: HTMLElement) {
    this.plan(this.wait);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.ask(); });
    window.addEventListener("online", () => { this.wait = USUAL; void this.ask(); });
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
      await this.take(await response.json());
      this.etag = response.headers.get("ETag") ?? "";
    }
    if (this.part.dataset.news === "desk") await this.renewDesk();
    this.wait = USUAL;
    return true;
  }

  private async take(answer: unknown): Promise<void> {
    if (this.part.dataset.news === "case") return say(this.part, ofCase(this.part, answer as CaseAnswer));
    if (this.part.dataset.news === "desk") return this.takeDesk(answer as DeskAnswer);
    const said = ofList(this.part, answer as ListAnswer);
    if (said !== (this.part.dataset.said ?? "")) await this.renewNumbers();
    say(this.part, said);
  }

  private async takeDesk(answer: DeskAnswer): Promise<void> {
    if (this.unread !== answer.unread && this.unread >= 0 && !answer.changed) await this.renewNumbers();
    this.unread = answer.unread;
    this.behind ||= answer.changed;
    this.part.dataset.address = (this.part.dataset.address ?? "").replace(/seen=\d+/, `seen=${answer.seen}`);
  }

  private async renewNumbers(): Promise<Document | null> {
    const fresh = await freshPage();
    if (fresh) tell(renewCounts(fresh));
    return fresh;
  }

  /** Renew the desk when something changed, or time alone may have; with somebody inside, only say so. */
  private async renewDesk(): Promise<void> {
    if (!this.behind && Date.now() - this.renewedAt < STALE) return;
    if (isInside()) {
      const isSaid = Boolean(this.part.dataset.said);
      if (!this.behind || isSaid) return;
      await this.renewNumbers();
      return say(this.part, this.part.dataset.changed ?? "");
    }
    const fresh = await this.renewNumbers();
    if (!fresh) return;
    renewPart(fresh);
    say(this.part, "");
    this.behind = false;
    this.renewedAt = Date.now();
  }
}

export function startNews(): void {
  document.addEventListener("input", () => { lastKey = Date.now(); });
  document.querySelectorAll<HTMLElement>("[data-news]").forEach((part) => new Watch(part));
}
