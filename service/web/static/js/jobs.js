// A file with many reports is a job: watched until it ends, and then listed with what was stored and what was refused.

import { call, domains } from "./api.js";
import { bdi, el, put } from "./dom.js";
import { number } from "./fa.js";
import { counted, reportList } from "./hits.js";
import { section } from "./result.js";
import { JOB_STATE, REJECTS } from "./words.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 3000;
const ENDED = new Set(["done", "failed", "cancelled"]);

const pause = (milliseconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    reject(new DOMException("", "AbortError"));
  }, { once: true });
});

/** Watches a job in `root` until it ends. `say` speaks to the live region. Throws what `call` throws, but waits out outages. */
export async function watch(id, root, say, signal) {
  const view = new JobView(root, () => call(`/v1/jobs/${encodeURIComponent(id)}`, { method: "DELETE" }));
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
    let job = null;
    try {
      job = (await call(`/v1/jobs/${encodeURIComponent(id)}`, { signal })).body;
    } catch (error) {
      const passing = error.status === 0 || error.status === 429 || error.status === 503;
      if (!passing) throw error;
      view.trouble(error);
      wait = Math.max(wait, (error.retryAfter ?? 1) * 1000);
    }
    if (job) {
      view.update(job);
      if (ENDED.has(job.state)) {
        say(`${JOB_STATE[job.state]}. ${number(job.done ?? 0)} گزارش.`);
        await view.finish(job, signal);
        return job;
      }
    }
    await pause(wait, signal);
  }
}

class JobView {
  constructor(root, cancel) {
    this.bar = el("progress", { "aria-label": "پیشرفت" });
    this.text = el("p", {}, "پرونده رسید؛ در نوبت خواندن است…");
    this.note = el("p", { class: "hint" });
    this.cancel = el("button", { type: "button", class: "button", id: "job-cancel", on: { click: () => this.stop(cancel) } }, "لغو");
    this.errors = el("div");
    this.stored = el("div");
    this.card = el("div", { class: "loading", id: "job" }, this.bar, this.text, this.note, this.cancel);
    root.replaceChildren(this.card, this.stored, this.errors);
  }

  async stop(cancel) {
    this.cancel.disabled = true;
    this.note.textContent = "درخواست لغو فرستاده شد…";
    try {
      await cancel();
    } catch (error) {
      this.cancel.disabled = false;
      this.note.textContent = error.message;
    }
  }

  trouble(error) {
    this.note.textContent = `${error.title} دوباره می‌پرسیم…`;
  }

  update(job) {
    const total = job.total ?? 0;
    if (total > 0) {
      this.bar.max = total;
      this.bar.value = Math.min(job.done ?? 0, total);
    }
    const progress = total > 0 ? `${number(job.done ?? 0)} از ${number(total)}` : "";
    this.text.textContent = [JOB_STATE[job.state] ?? job.state, progress].filter(Boolean).join("؛ ");
    if (!this.cancel.disabled) this.note.textContent = "می‌توانید این صفحه را ببندید؛ کار در سرور ادامه می‌یابد و با همین نشانی دیده می‌شود.";
    this.card.dataset.state = job.state;
    this.showErrors(job.errors);
  }

  showErrors(errors) {
    if (!Array.isArray(errors) || errors.length === 0) return;
    const heading = `آنچه خوانده نشد (${number(errors.length)})`;
    this.errors.replaceChildren(section(heading, "rejects", el("ul", {}, errors.map((item) => {
      const where = [item.sheet && bdi(item.sheet), item.row && `ردیف ${number(item.row)}`].filter(Boolean).flatMap((part, at) => (at > 0 ? ["، ", part] : [part]));
      return el("li", { data: { code: item.code ?? "" } }, where.length > 0 && [el("strong", {}, where), ": "],
        item.message || item.title || REJECTS[item.code] || String(item.code ?? item.detail ?? "خطا"));
    }))));
  }

  async finish(job, signal) {
    this.cancel.remove();
    this.bar.remove();
    this.note.textContent = "";
    const url = job.result_url;
    if (typeof url === "string" && /^\/(?!\/)/.test(url)) await this.list(url, signal);
    else if (job.state === "done") this.note.textContent = "گزارش‌ها ثبت شد؛ با جست‌وجو پیدا می‌شود.";
  }

  async list(url, signal) {
    const [{ body }, names] = await Promise.all([call(url, { signal }), domains()]);
    const reports = Array.isArray(body.items) ? body.items.map((item) => item.report ?? item) : [body.report ?? body];
    if (reports.length === 0) return;
    const list = reportList(reports, names);
    const more = el("button", { type: "button", class: "button" }, "بقیه گزارش‌ها");
    this.stored.replaceChildren(section("گزارش‌های ثبت‌شده", "stored", el("p", { class: "hint" }, counted(reports), body.next ? " نخست" : ""), list, body.next && more));
    let cursor = body.next;
    more.addEventListener("click", async () => {
      more.disabled = true;
      const next = (await call(`${url}${url.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`, { signal })).body;
      put(list, [...reportList(next.items, names).children]);
      cursor = next.next;
      more.disabled = false;
      if (!cursor) more.remove();
    });
  }
}
