// The report itself with evidence marked. Marks are cut where spans begin and end, so that spans may overlap.

import { bdi, el, goTo, put } from "./dom.js";
import { period } from "./fa.js";
import { pieces } from "./text.js";
import { STATUS } from "./words.js";

const COLOURS = 6;

/** Spans of an analysis as layers: {id, kind, code, field, start, end, text}. Ids are unique within one analysis. */
export function layersOf(analysis) {
  const layers = [];
  const add = (kind, spans, code = null) => spans.forEach((span, index) => {
    layers.push({ ...span, kind, code, id: layerId(kind, index, code) });
  });
  for (const domain of analysis.domains) add("domain", domain.evidence, domain.code);
  add("summary", analysis.summary?.sentences ?? []);
  add("fact", analysis.facts ?? []);
  add("plan", analysis.plans ?? []);
  return layers;
}

export const layerId = (kind, index, code = null) => [kind, code, index].filter((part) => part !== null).join(":");

/** Name of the province by its code, as the form lists it. */
export function provinceName(code) {
  const option = [...document.querySelectorAll("#province option")].find((item) => item.value && item.value === code);
  return option?.textContent ?? code;
}

export class Reader {
  /** `onHover` hears the domain codes under the pointer, [] when it leaves. */
  constructor(root, { onHover }) {
    this.root = root;
    this.onHover = onHover;
    this.marks = new Map();
    this.shown = { fact: false, summary: false };
    root.addEventListener("pointerover", (event) => this.onHover(this.codesAt(event.target)));
    root.addEventListener("pointerleave", () => this.onHover([]));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.goBack();
    });
    this.back = el("button", { type: "button", class: "button back", on: { click: () => this.goBack() } }, "بازگشت به نتیجه");
  }

  goBack() {
    this.back.hidden = true;
    if (this.cameFrom?.isConnected) goTo(this.cameFrom);
  }

  /** Shows a report in place of the one before; `actions` are nodes for its head. */
  show(report, analysis, actions) {
    this.layers = analysis ? layersOf(analysis) : [];
    this.byId = new Map(this.layers.map((layer) => [layer.id, layer]));
    this.order = new Map((analysis?.domains ?? []).map((domain, index) => [domain.code, { index, assigned: domain.assigned }]));
    this.marks = new Map();
    this.focused = null;
    const title = report.title
      ? el("h1", { class: "reader-title", dir: "auto" }, this.render(report.title, "title"))
      : el("h1", { class: "reader-title muted" }, "بدون عنوان");
    const body = el("div", { class: "reader-text", tabindex: "0", role: "region", "aria-label": "متن اصلی گزارش" }, this.render(report.text, "text"));
    this.back.hidden = true;
    this.root.replaceChildren();
    put(
      this.root,
      el("div", { class: "card-head" }, title, el("div", { class: "reader-actions" }, actions)),
      this.meta(report),
      this.layers.length > 0 && this.switches(),
      body,
      this.back,
    );
    this.paint();
  }

  meta(report) {
    const ngo = report.ngo?.name ?? report.ngo;
    const source = report.source;
    const facts = [
      ngo && ["سازمان", bdi(ngo)],
      report.province && ["استان", bdi(provinceName(report.province))],
      period(report.period) && ["دوره", period(report.period)],
      report.status && ["وضع", STATUS[report.status] ?? report.status],
      source?.file && ["پرونده", bdi([source.file, source.sheet, source.row && `ردیف ${source.row.toLocaleString("fa-IR")}`].filter(Boolean).join("، "))],
      report.id && ["شناسه", el("code", { dir: "ltr" }, report.id)],
    ].filter(Boolean);
    return facts.length > 0 && el("dl", { class: "meta" }, facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }

  switches() {
    const box = (kind, label) => this.layers.some((layer) => layer.kind === kind) && el("label", {},
      el("input", { type: "checkbox", on: { change: (event) => { this.shown[kind] = event.target.checked; this.paint(); } }, checked: this.shown[kind] }), label);
    return el("p", { class: "switches" }, el("span", { class: "hint" }, "در متن: شاهد حوزه‌ها"), box("summary", "جمله‌های خلاصه"), box("fact", "آمارها"));
  }

  render(text, field) {
    return pieces(text, this.layers.filter((layer) => layer.field === field)).map((piece) => {
      if (piece.layers.length === 0) return piece.text;
      const mark = el("mark", {}, piece.text);
      mark.layers = piece.layers;
      mark.starts = new Set(piece.starts);
      for (const id of piece.layers) this.marks.set(id, [...(this.marks.get(id) ?? []), mark]);
      return mark;
    });
  }

  codesAt(node) {
    const mark = node.closest?.("mark");
    return mark ? [...new Set(mark.layers.map((id) => this.byId.get(id).code).filter(Boolean))] : [];
  }

  /** Shows the evidence of one domain alone; null shows that of every assigned domain. */
  focus(code) {
    if (this.focused === code) return;
    this.focused = code;
    this.paint();
  }

  paint() {
    for (const mark of new Set([...this.marks.values()].flat())) {
      const layers = mark.layers.map((id) => this.byId.get(id));
      const domains = layers.filter((layer) => layer.kind === "domain" && this.visible(layer.code));
      const colours = [...new Set(domains.map((layer) => this.order.get(layer.code).index % COLOURS))];
      mark.classList.toggle("evidence", domains.length > 0);
      mark.classList.toggle("sentence", this.shown.summary && layers.some((layer) => layer.kind === "summary"));
      mark.classList.toggle("fact", this.shown.fact && layers.some((layer) => layer.kind === "fact"));
      mark.style.setProperty("--tint", colours.length > 0 ? `var(--tint-${colours[0]})` : "transparent");
      mark.style.setProperty("--lines", colours.map((colour, level) => `inset 0 ${-2 - 3 * level}px 0 var(--line-${colour})`).join(", ") || "none");
      mark.dataset.domains = [...new Set(domains.map((layer) => layer.code))].join(" ");
      const numbers = [...new Set(domains.filter((layer) => mark.starts.has(layer.id)).map((layer) => this.order.get(layer.code).index + 1))];
      if (numbers.length > 0) mark.dataset.number = numbers.map((value) => value.toLocaleString("fa-IR")).join("، ");
      else delete mark.dataset.number;
    }
  }

  visible(code) {
    return this.focused === null ? this.order.get(code).assigned : this.focused === code;
  }

  has(id) {
    return this.marks.has(id);
  }

  /** Scrolls to a span, flashes it and moves the focus there; Escape goes back to `from`. */
  jump(id, from = null) {
    const marks = this.marks.get(id) ?? [];
    if (marks.length === 0) return;
    this.cameFrom = from;
    this.back.hidden = from === null;
    goTo(marks[0]);
    for (const mark of marks) {
      mark.classList.add("flash");
      setTimeout(() => mark.classList.remove("flash"), 1800);
    }
  }
}
