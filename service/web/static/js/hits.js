// Lists of reports: neighbours, search results, and what an upload stored.

import { bdi, el } from "./dom.js";
import { decimal, number, percent, period } from "./fa.js";
import { provinceName } from "./reader.js";
import { STATUS } from "./words.js";

/** The address of a report's page. */
export const reportUrl = (id) => `/?report=${encodeURIComponent(id)}`;

/** Search hits as a list. `names` is the map of `api.domains()`. */
export function hitList(hits, names) {
  return el("ol", { class: "hits" }, hits.map((hit) => el("li", { class: "hit" },
    head(hit.report, hit.similarity === null || hit.similarity === undefined ? null : el("span", { class: "similarity", title: "شباهت کسینوسی؛ هرچه به ۱ نزدیک‌تر، شبیه‌تر" },
      el("small", {}, "شباهت "), decimal(hit.similarity))),
    hit.passage?.text && el("p", { class: "passage", dir: "auto" }, shorten(hit.passage.text)),
    chips(hit.report.domains, names))));
}

/** Stored reports as a list: `Report` objects, with their domains from the analysis. */
export function reportList(reports, names) {
  return el("ol", { class: "hits" }, reports.map((report) => {
    const assigned = report.analysis ? report.analysis.domains.filter((domain) => domain.assigned) : null;
    const codes = assigned ? assigned.map((domain) => domain.code) : report.domains;
    const flag = report.analysis?.needs_review && el("span", { class: "flag" }, "نیازمند بررسی");
    return el("li", { class: "hit" }, head(report, flag), assigned?.length === 0 ? el("p", { class: "hint" }, "حوزه‌ای نسبت داده نشد") : chips(codes, names, assigned));
  }));
}

function head(report, aside) {
  const ngo = report.ngo?.name ?? report.ngo;
  const about = [ngo && bdi(ngo), report.province && provinceName(report.province), period(report.period), report.status !== "pending" && STATUS[report.status]].filter(Boolean);
  return [
    el("div", { class: "hit-head" }, el("h3", {}, el("a", { href: reportUrl(report.id), dir: "auto" }, report.title || "گزارش بدون عنوان")), aside),
    about.length > 0 && el("p", { class: "about" }, about.flatMap((part, index) => (index > 0 ? [" · ", part] : [part]))),
  ];
}

function chips(codes, names, scored = null) {
  if (!codes || codes.length === 0) return null;
  return el("ul", { class: "chips", "aria-label": "حوزه‌ها" }, codes.map((code, index) => el("li", {},
    scored?.[index]?.fa ?? names.get(code)?.fa ?? code, scored && [" ", el("small", {}, percent(scored[index].probability))])));
}

function shorten(text, limit = 220) {
  const flat = text.replace(/\s+/gu, " ").trim();
  const points = Array.from(flat);
  return points.length <= limit ? flat : `${points.slice(0, limit).join("").replace(/\s\S*$/u, "")}…`;
}

export const counted = (items) => `${number(items.length)} گزارش`;
