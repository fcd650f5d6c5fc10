// What the machine says about one report, part by part.

import { bdi, el } from "./dom.js";
import { number, percent, when } from "./fa.js";
import { layerId } from "./reader.js";
import { alignSummary } from "./text.js";
import { KINDS, PLAN_STATUS, QUALIFIERS, QUALITY, REASONS } from "./words.js";

/** All parts of an analysis as nodes. `names` is the map of `api.domains()`, `reader` shows the text beside it. */
export function resultParts(analysis, names, reader) {
  const summary = summaryPart(analysis, reader);
  return [review(analysis), domainsPart(analysis, names, reader), summary, factsPart(analysis, reader), quality(analysis)];
}

export function section(heading, name, ...children) {
  return el("section", { class: `part ${name}` }, el("h2", {}, heading), ...children);
}

function review(analysis) {
  if (!analysis.needs_review) {
    return el("div", { class: "notice calm", id: "review" }, el("p", {}, el("strong", {}, "نشانه تردیدی دیده نشد. "), "رأی نهایی با بازبین است."));
  }
  return el("div", { class: "notice warn", id: "review" },
    el("p", {}, el("strong", {}, "این گزارش را یک نفر باید ببیند")),
    el("ul", {}, analysis.review_reasons.map((reason) => el("li", { data: { reason } }, REASONS[reason] ?? reason))));
}

function domainsPart(analysis, names, reader) {
  const pin = new Pin(reader);
  const card = (domain, index) => domainCard(domain, index, names, reader, pin);
  const cards = analysis.domains.map(card);
  const assigned = cards.filter((_, index) => analysis.domains[index].assigned);
  const possible = cards.filter((_, index) => !analysis.domains[index].assigned);
  const untrained = analysis.domains.length > 0 && analysis.domains.every((domain) => domain.method === "prototype");
  return section("حوزه‌های پیشگیری", "domains",
    assigned.length > 0
      ? el("ol", { class: "domain-list" }, assigned)
      : el("p", { class: "empty" }, "هیچ حوزه‌ای به این گزارش نسبت داده نشد."),
    possible.length > 0 && el("details", { class: "possible", open: assigned.length === 0 },
      el("summary", {}, `احتمال‌های دیگر که نسبت داده نشد (${number(possible.length)})`),
      el("ol", { class: "domain-list" }, possible)),
    groups(analysis),
    untrained && el("p", { class: "hint" }, "احتمال‌ها از نزدیکی متن به تعریف هر حوزه به دست آمده است، نه از مدلی که روی گزارش‌های برچسب‌خورده آموزش دیده باشد."));
}

/** Which domain is kept highlighted; hovering or focusing another one only borrows the highlight. */
class Pin {
  constructor(reader) {
    Object.assign(this, { reader, code: null, button: null });
  }

  set(code, button) {
    this.button?.setAttribute("aria-pressed", "false");
    Object.assign(this, { code, button });
    button?.setAttribute("aria-pressed", "true");
    this.reader.focus(code);
  }

  toggle(code, button) {
    const on = this.code !== code;
    if (on) this.set(code, button);
    else this.set(null, null);
    return on;
  }

  release() {
    this.reader.focus(this.code);
  }
}

function domainCard(domain, index, names, reader, pin) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("i"));
  bar.firstChild.style.inlineSize = `${domain.probability * 100}%`;
  const group = names.get(domain.code)?.groupFa;
  const button = el("button", { type: "button", class: "domain-name", "aria-pressed": "false" },
    el("span", { class: "badge", "aria-hidden": "true" }, number(index + 1)), el("span", {}, domain.fa));
  const quotes = domain.evidence.map((span, place) => quote(span, layerId("domain", place, domain.code), reader, () => pin.set(domain.code, button)));
  const item = el("li", { class: `domain colour-${index % 6} ${domain.assigned ? "assigned" : "unassigned"}`, data: { code: domain.code } },
    el("div", { class: "domain-head" }, button, el("span", { class: "verdict" }, domain.assigned ? "✓ نسبت داده شد" : "نسبت داده نشد")),
    el("div", { class: "domain-figure" }, bar, el("span", { class: "percent" }, el("span", { class: "sr" }, "احتمال "), percent(domain.probability))),
    group && el("p", { class: "hint" }, group, domain.method === "prototype" ? " · از روی تعریف حوزه" : ""),
    quotes.length > 0 ? el("ul", { class: "quotes", "aria-label": "شاهد در متن" }, quotes) : el("p", { class: "hint" }, "شاهدی در متن نشان داده نشده است."));
  button.addEventListener("click", () => {
    if (pin.toggle(domain.code, button)) reader.jump(layerId("domain", 0, domain.code), button);
  });
  for (const event of ["pointerenter", "focusin"]) item.addEventListener(event, () => reader.focus(domain.code));
  item.addEventListener("pointerleave", () => pin.release());
  item.addEventListener("focusout", (event) => {
    const into = event.relatedTarget;
    if (!item.contains(into) && !reader.root.contains(into)) pin.release();
  });
  return item;
}

function quote(span, id, reader, before) {
  const text = span.text.replace(/\s+/gu, " ").trim();
  const label = span.field === "title" ? el("span", { class: "hint" }, "در عنوان: ") : null;
  if (!reader.has(id)) return el("li", {}, label, el("q", { dir: "auto" }, text));
  const button = el("button", { type: "button", class: "quote", title: "دیدن در متن" }, label, el("q", { dir: "auto" }, text));
  button.addEventListener("click", () => {
    before?.();
    reader.jump(id, button);
  });
  return el("li", {}, button);
}

function groups(analysis) {
  if (analysis.groups.length === 0) return null;
  return el("div", { class: "groups" }, el("h3", {}, "گروه‌ها"),
    el("ul", {}, analysis.groups.filter((group) => group.assigned || group.probability >= 0.05).map((group) => el("li", { class: group.assigned ? "assigned" : "unassigned" },
      group.assigned && el("span", { "aria-hidden": "true" }, "✓ "), group.fa, " ", el("span", { class: "percent" }, percent(group.probability)),
      group.assigned && el("span", { class: "sr" }, " نسبت داده شد")))));
}

function summaryPart({ summary }, reader) {
  if (!summary) return null;
  const repaired = alignSummary(summary);
  const sentences = summary.sentences.map((span, index) => {
    const id = layerId("summary", index);
    const text = repaired?.[index] ?? span.text.replace(/\s+/gu, " ").trim();
    if (!reader.has(id)) return [el("span", {}, text), " "];
    const link = el("a", { href: "#reader", class: "sentence-link", title: "دیدن در متن" }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      reader.jump(id, link);
    });
    return [link, " "];
  });
  return section("خلاصه", "summary",
    summary.headline && el("p", { class: "headline", dir: "auto" }, summary.headline),
    el("p", { class: "summary-text", dir: "auto" }, sentences.length > 0 ? sentences : summary.text || "از این متن خلاصه‌ای درنیامد."),
    summary.method === "extractive" && sentences.length > 0 && el("p", { class: "hint" }, "همه جمله‌ها از خود گزارش است؛ با زدن هر جمله جای آن را در متن می‌بینید."));
}

function factsPart(analysis, reader) {
  const list = (kind, items) => el("ul", { class: "facts" }, items.map((fact, index) => {
    const what = [fact.status && PLAN_STATUS[fact.status], KINDS[fact.kind] ?? fact.kind, QUALIFIERS[fact.qualifier]].filter(Boolean).join("، ");
    const id = layerId(kind, index);
    const inside = [bdi(fact.text), " ", el("small", {}, what)];
    if (!reader.has(id)) return el("li", {}, inside);
    const button = el("button", { type: "button", class: "fact-link", title: "دیدن در متن" }, inside);
    button.addEventListener("click", () => reader.jump(id, button));
    return el("li", {}, button);
  }));
  return [
    analysis.facts.length > 0 && section("آنچه انجام شد، به عدد", "achieved", list("fact", analysis.facts)),
    analysis.plans.length > 0 && section("برنامه‌ها و انجام‌نشده‌ها", "planned", list("plan", analysis.plans)),
  ];
}

function quality(analysis) {
  if (analysis.quality.length === 0) return null;
  return section("وضع متن", "quality",
    el("ul", {}, analysis.quality.map((note) => el("li", { class: note.repaired ? "repaired" : "broken", data: { code: note.code } },
      QUALITY[note.code] ?? note.code, " — ", el("strong", {}, note.repaired ? "برای تحلیل اصلاح شد" : "اصلاح نشد")))),
    el("p", { class: "hint" }, "متن اصلی دست نخورده است؛ همان را می‌بینید که فرستاده شد."));
}

/** What made this analysis, enough to make it again. */
export function provenance({ provenance: made }) {
  const rows = [
    ["مدل", el("bdi", { dir: "ltr", title: made.model_sha256 }, made.model)], ["موتور", el("bdi", { dir: "ltr" }, made.engine)],
    ["رده‌بندی", el("bdi", { dir: "ltr" }, made.taxonomy)], ["بهنجارساز", el("bdi", { dir: "ltr" }, made.normalizer)],
    ["آستانه‌ها", el("bdi", { dir: "ltr" }, made.thresholds)], ["زمان تحلیل", when(made.at)],
  ];
  return el("dl", { class: "provenance", "aria-label": "شناسنامه تحلیل" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
