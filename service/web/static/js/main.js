// The page's course: what the address says, what the form asks for, and which of the two panes shows what.

import { call, domains, idempotencyKey, onKeyNeeded } from "./api.js";
import { byId, calmMotion, el, put } from "./dom.js";
import { number } from "./fa.js";
import { ReportForm } from "./form.js";
import { hitList } from "./hits.js";
import { watch } from "./jobs.js";
import { askForKey } from "./key.js";
import { Reader } from "./reader.js";
import { provenance, resultParts, section } from "./result.js";

const NEIGHBOURS = 5;
const result = byId("result");
const reader = new Reader(byId("reader"), { onHover: lightCards });
const form = new ReportForm({ analyze, store, upload });
const attempts = new Map();
let running = new AbortController();
let draft = null;

onKeyNeeded(askForKey);
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = byId("q").value.trim();
  if (words) navigate(`/?q=${encodeURIComponent(words)}`);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(link.getAttribute("href"));
});
window.addEventListener("popstate", route);

function navigate(url) {
  if (url !== location.pathname + location.search) history.pushState(null, "", url);
  route();
}

/** Stops whatever runs and begins something else; what is answered late is thrown away. */
function begin() {
  running.abort();
  running = new AbortController();
  form.busy(false);
  return running.signal;
}

function route() {
  const asked = new URLSearchParams(location.search);
  const signal = begin();
  byId("q").value = asked.get("q") ?? "";
  document.title = "سمن‌یار";
  if (asked.get("report")) guard(() => openReport(asked.get("report"), signal));
  else if (asked.get("job")) guard(() => openJob(asked.get("job"), signal));
  else if (asked.get("q")) guard(() => search(asked.get("q"), signal));
  else if (draft) showReading(draft.report, draft.analysis, signal);
  else showForm();
}

/** Runs one thing and shows what went wrong: beside the form when it is there and asked for it, else as the result. */
async function guard(work, { fromForm = false } = {}) {
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.name !== "ApiError") console.error(error);
    form.busy(false);
    say(error.title ?? "خطا");
    if (fromForm && !form.form.hidden) {
      form.problem(error);
      showEmpty();
    } else {
      result.replaceChildren(failure(error));
    }
  }
}

function failure(error) {
  return el("div", { class: "notice danger", role: "alert" },
    el("p", {}, el("strong", {}, error.title ?? "خطای پیش‌بینی‌نشده در صفحه.")),
    error.detail && el("p", { dir: "auto" }, error.detail),
    error.errors?.length > 0 && el("ul", {}, error.errors.map((item) => el("li", { dir: "auto" }, item.detail))),
    el("p", {}, el("button", { type: "button", class: "button", on: { click: route } }, "دوباره")));
}

function say(text) {
  byId("status").textContent = text;
}

function loading(text) {
  say(text);
  result.replaceChildren(el("div", { class: "loading" }, el("progress", { "aria-label": text }), el("p", {}, text),
    el("p", { class: "hint slow" }, "متن‌های بلند کمی بیشتر زمان می‌برد."),
    el("button", { type: "button", class: "button", on: { click: () => { begin(); say("لغو شد."); showEmpty(); } } }, "انصراف")));
}

function showPane(reading) {
  form.form.hidden = reading;
  byId("reader").hidden = !reading;
  document.body.classList.toggle("reading", reading);
}

function showForm() {
  showPane(false);
  showEmpty();
}

function showEmpty() {
  result.replaceChildren(el("div", { class: "welcome" },
    el("h2", {}, "این‌جا چه می‌بینید"),
    el("ul", {},
      el("li", {}, el("strong", {}, "حوزه‌های پیشگیری"), " با احتمال هر کدام، و جمله‌هایی از متن که شاهد آن است"),
      el("li", {}, el("strong", {}, "خلاصه"), " از جمله‌های خود گزارش، بی آن‌که چیزی ساخته شود"),
      el("li", {}, el("strong", {}, "گزارش‌های مشابه"), " از سازمان‌ها و استان‌های دیگر"),
      el("li", {}, el("strong", {}, "تردیدها"), "؛ هر جا ماشین مطمئن نباشد، می‌گوید چرا")),
    el("p", { class: "hint" }, "متن از این سامانه بیرون نمی‌رود.")));
}

async function analyze() {
  const report = form.report();
  const signal = begin();
  form.busy(true);
  loading("گزارش خوانده می‌شود…");
  scrollToResult();
  await guard(async () => {
    const asked = { text: report.text, ...(report.title ? { title: report.title } : {}) };
    const { body } = await call("/v1/analyze", { method: "POST", json: asked, signal });
    draft = { report, analysis: body };
    if (location.search) history.pushState(null, "", "/");
    form.busy(false);
    await showReading(report, body, signal);
  }, { fromForm: true });
}

async function store() {
  await send({ json: form.report() }, JSON.stringify(form.report()), "گزارش ثبت و تحلیل می‌شود…");
}

async function upload(file) {
  const data = new FormData();
  data.append("file", file);
  await send({ form: data }, `${file.name} ${file.size} ${file.lastModified}`, "پرونده فرستاده و خوانده می‌شود…");
}

/** Stores once: the same content keeps its key until the server has answered it. */
async function send(content, identity, message) {
  const signal = begin();
  form.busy(true);
  loading(message);
  scrollToResult();
  const key = attempts.get(identity) ?? idempotencyKey();
  attempts.set(identity, key);
  await guard(async () => {
    try {
      const answer = await call("/v1/reports", { method: "POST", ...content, headers: { "Idempotency-Key": key }, signal });
      form.busy(false);
      await stored(answer, signal);
    } catch (error) {
      if (error.status && error.status !== 409 && error.status !== 429 && error.status !== 401) attempts.delete(identity);
      throw error;
    }
  }, { fromForm: true });
}

async function stored({ status, body, location: where }, signal) {
  const job = status === 202 ? body.id ?? where?.split("/").pop() : null;
  if (job) {
    navigate(`/?job=${encodeURIComponent(job)}`);
    return;
  }
  const report = body.report ?? body;
  draft = null;
  form.reset();
  history.pushState(null, "", `/?report=${encodeURIComponent(report.id)}`);
  await showReading(report, report.analysis, signal, { fresh: true });
}

async function openReport(id, signal) {
  loading("گزارش از بایگانی آورده می‌شود…");
  const { body } = await call(`/v1/reports/${encodeURIComponent(id)}`, { signal });
  await showReading(body, body.analysis, signal);
}

async function openJob(id, signal) {
  showPane(false);
  say("پرونده خوانده می‌شود.");
  await watch(id, result, say, signal);
}

async function search(words, signal) {
  showPane(Boolean(draft));
  if (draft) reader.show(draft.report, draft.analysis, readerActions(draft.report));
  loading("جست‌وجو…");
  const [{ body }, names] = await Promise.all([call(`/v1/search?q=${encodeURIComponent(words)}`, { signal }), domains()]);
  document.title = `${words} — سمن‌یار`;
  say(body.items.length > 0 ? `${number(body.items.length)} گزارش پیدا شد.` : "گزارشی پیدا نشد.");
  result.replaceChildren(section("نتیجه جست‌وجو", "search-results",
    el("p", { class: "hint" }, "برای ", el("q", { dir: "auto" }, words), " · ", el("a", { href: "/" }, "بستن جست‌وجو")),
    body.items.length > 0 ? hitList(body.items, names) : el("p", { class: "empty" }, "گزارشی پیدا نشد. با واژه‌های دیگری بکوشید.")));
  scrollToResult();
}

/** A report and its analysis, side by side; `report.id` is there only when it is stored. */
async function showReading(report, analysis, signal, { fresh = false } = {}) {
  const names = analysis ? await domains() : new Map();
  if (signal.aborted) return;
  document.title = `${report.title ?? "گزارش"} — سمن‌یار`;
  showPane(true);
  reader.show(report, analysis, readerActions(report));
  const neighbours = el("div", { id: "similar" });
  const parts = analysis ? resultParts(analysis, names, reader) : [el("p", { class: "notice warn" }, "این گزارش هنوز تحلیل نشده است.")];
  result.replaceChildren();
  put(result, fresh && el("p", { class: "notice calm", id: "stored" }, el("strong", {}, "گزارش ثبت شد. "), "شناسه ", el("code", { dir: "ltr" }, report.id)),
    parts, neighbours, analysis && provenance(analysis));
  const assigned = analysis?.domains.filter((domain) => domain.assigned) ?? [];
  say(`${fresh ? "گزارش ثبت شد. " : ""}تحلیل آماده است: ${number(assigned.length)} حوزه.${analysis?.needs_review ? " نیازمند بررسی." : ""}`);
  result.focus({ preventScroll: true });
  scrollToResult();
  await similar(report, neighbours, names, signal);
}

function readerActions(report) {
  if (report.id) return [el("button", { type: "button", class: "button quiet", on: { click: startAgain } }, "گزارش تازه")];
  return [
    el("button", { type: "button", class: "button quiet", on: { click: edit } }, "ویرایش متن"),
    el("button", { type: "button", class: "button quiet", on: { click: () => form.check() && store() } }, "ثبت همین گزارش"),
  ];
}

function edit() {
  draft = null;
  navigate("/");
  byId("text").focus();
}

function startAgain() {
  draft = null;
  form.reset();
  navigate("/");
  byId("text").focus();
}

async function similar(report, root, names, signal) {
  const list = el("div", {}, el("p", { class: "hint" }, "جست‌وجوی گزارش‌های مشابه…"));
  root.replaceChildren(section("گزارش‌های مشابه", "similar", list));
  try {
    const { body } = report.id
      ? await call(`/v1/reports/${encodeURIComponent(report.id)}/similar`, { signal })
      : await call("/v1/search", { method: "POST", json: { text: report.text, k: NEIGHBOURS }, signal });
    list.replaceChildren(body.items.length > 0 ? hitList(body.items, names) : el("p", { class: "empty" }, "هنوز گزارش مشابهی در سامانه نیست."));
  } catch (error) {
    if (error.name === "AbortError") return;
    list.replaceChildren(el("p", { class: "hint" }, "گزارش‌های مشابه را نتوانستیم بیاوریم: ", error.message));
  }
}

function lightCards(codes) {
  for (const card of result.querySelectorAll(".domain")) card.classList.toggle("lit", codes.includes(card.dataset.code));
}

/** On a narrow screen the result is below what was just pressed. */
function scrollToResult() {
  if (window.matchMedia("(min-width: 60rem)").matches) return;
  result.scrollIntoView({ block: "start", behavior: calmMotion() ? "auto" : "smooth" });
}

route();
