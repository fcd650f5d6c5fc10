// Sending files one by one with their progress, and how long the text is. Without this script the form sends them all at once.

import { once } from "./once.js";

const form = document.getElementById("files-form");
const list = document.getElementById("uploads");
const picker = document.getElementById("files");
const drop = document.getElementById("drop");
const limit = Number(form.dataset.limit);
const number = (value) => new Intl.NumberFormat("fa-IR", { maximumFractionDigits: 1 }).format(value);
const size = (bytes) => (bytes < 1e6 ? `${number(Math.max(1, Math.round(bytes / 1000)))} کیلوبایت` : `${number(bytes / 1e6)} مگابایت`);
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const STATES = { queued: "در نوبت", running: "در حال خواندن", done: "خوانده شد", failed: "ناتمام ماند", cancelled: "لغو شد" };
const AT_ONCE = 2;
const waiting = [];
let running = 0;

const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
};

/** A random name for one attempt: sent again after a lost answer, the file is still stored once. */
const attempt = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

class Upload {
  constructor(file, key = attempt()) {
    this.file = file;
    this.key = key;
    this.state = el("span", { textContent: "در نوبت" });
    this.bar = el("progress", { max: 1, value: 0 });
    this.bar.setAttribute("aria-label", `پیشرفت ${file.name}`);
    this.item = el("li", { className: "upload" }, el("strong", {}, el("bdi", { textContent: file.name })), this.state, this.bar);
    list.append(this.item);
  }

  end(kind, text, ...more) {
    this.bar.remove();
    this.item.classList.add(kind);
    this.state.textContent = text;
    this.item.append(...more.filter(Boolean));
  }

  fail(text) {
    const again = el("button", { type: "button", className: "link", textContent: "دوباره" });
    again.addEventListener("click", () => {
      this.item.remove();
      waiting.push(new Upload(this.file, this.key));
      start();
    });
    this.end("bad", "گرفته نشد", el("span", { className: "error", textContent: text }), again);
  }

  async run() {
    if (this.file.size === 0) return this.fail("این فایل خالی است.");
    if (this.file.size > limit) return this.fail(`این فایل ${size(this.file.size)} است؛ اندازهٔ مجاز ${size(limit)} است.`);
    for (;;) {
      const answer = await this.send();
      if (answer.status === 429) {
        const seconds = Number(answer.retry) || 10;
        this.state.textContent = `درخواست‌ها زیاد شد؛ تا ${number(seconds)} ثانیهٔ دیگر`;
        await pause(seconds);
      } else if (answer.status === 401) {
        return this.fail("نشست شما پایان یافته است؛ دوباره وارد شوید.");
      } else if (answer.status === 0) {
        return this.fail("به سرور نرسیدیم. شاید خاموش باشد یا شبکه قطع شده باشد.");
      } else if (answer.status === 202) {
        return this.watch(answer.body);
      } else if (answer.status < 300 && answer.body) {
        const link = el("a", { href: `/reports/${encodeURIComponent(answer.body.id)}` }, el("bdi", { textContent: answer.body.title || "گزارش" }));
        return this.end("good", answer.status === 200 ? "از پیش ثبت بود" : "ثبت شد", link);
      } else {
        return this.fail(answer.body?.detail || answer.body?.title || `سرور با کد ${number(answer.status)} پاسخ داد.`);
      }
    }
  }

  send() {
    return new Promise((done) => {
      const data = new FormData();
      data.append("file", this.file);
      const request = new XMLHttpRequest();
      request.open("POST", "/v1/reports");
      request.setRequestHeader("Accept-Language", "fa");
      request.setRequestHeader("Idempotency-Key", this.key);
      if (form.dataset.csrf) request.setRequestHeader("X-CSRF-Token", form.dataset.csrf);
      request.upload.addEventListener("progress", (event) => {
        this.bar.value = event.lengthComputable ? 0.9 * (event.loaded / event.total) : 0;
        this.state.textContent = event.loaded < event.total ? "فرستاده می‌شود" : "خوانده می‌شود";
      });
      request.addEventListener("loadend", () => {
        let body = null;
        try {
          body = JSON.parse(request.responseText);
        } catch {
          // An answer that is not JSON (a proxy's page) is told by its status alone.
        }
        done({ status: request.status, body, retry: request.getResponseHeader("Retry-After") });
      });
      this.state.textContent = "فرستاده می‌شود";
      request.send(data);
    });
  }

  async watch(job) {
    const cancel = el("button", { type: "button", className: "link", textContent: "لغو" });
    cancel.addEventListener("click", async () => {
      cancel.disabled = true;
      await fetch(`/v1/jobs/${job.id}`, { method: "DELETE", headers: { "X-CSRF-Token": form.dataset.csrf, "Accept-Language": "fa" } });
    });
    this.item.append(cancel);
    for (let now = job; ; await pause(1.5)) {
      try {
        const answer = await fetch(`/v1/jobs/${job.id}`, { headers: { "Accept-Language": "fa" } });
        if (answer.status === 401 || answer.status === 404) return this.end("bad", "نشست شما پایان یافته است؛ خواندن فایل در سرور ادامه دارد.");
        if (answer.ok) now = await answer.json();
      } catch {
        this.state.textContent = "به سرور نرسیدیم؛ دوباره می‌پرسیم";
        continue;
      }
      if (now.total) this.bar.value = now.done / now.total;
      else this.bar.removeAttribute("value");
      this.state.textContent = `${STATES[now.state] ?? now.state}: ${number(now.done)} ردیف`;
      if (now.state === "queued" || now.state === "running") continue;
      cancel.remove();
      const rejects = el("ul", { className: "plain-list" }, ...now.errors.slice(0, 20).map((each) => el("li", {},
        [each.sheet, each.row && `ردیف ${number(each.row)}`].filter(Boolean).join("، "), ": ", each.message)));
      const link = now.result_url && el("a", { href: `/reports?job=${encodeURIComponent(job.id)}`, textContent: "گزارش‌های ثبت‌شده" });
      const refused = now.errors.length > 0 ? `، ${number(now.errors.length)} ردیف خوانده نشد` : "";
      this.end(now.state === "done" ? "good" : "bad", `${STATES[now.state]}: ${number(now.done)} ردیف${refused}`, link, now.errors.length > 0 && rejects);
      return;
    }
  }
}

async function next() {
  const upload = waiting.shift();
  if (!upload) return;
  running += 1;
  try {
    await upload.run();
  } catch {
    upload.fail("پاسخ سرور خوانده نشد.");
  }
  running -= 1;
  next();
}

function start() {
  while (running < AT_ONCE && waiting.length > 0) next();
}

function begin(files) {
  waiting.push(...[...files].map((file) => new Upload(file)));
  start();
}

document.documentElement.classList.add("scripted");
document.getElementById("send-files").hidden = true;
const picked = () => {
  begin(picker.files);
  picker.value = "";
};
picker.addEventListener("change", picked);
if (picker.files.length > 0) picked(); // chosen before this script had come
form.addEventListener("submit", (event) => event.preventDefault());
for (const kind of ["dragover", "drop", "dragleave"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // a file that misses the box must not replace the page
    drop.classList.toggle("dropping", kind === "dragover");
    if (kind === "drop") begin(event.dataTransfer.files);
  });
}
window.addEventListener("beforeunload", (event) => {
  if (running > 0) event.preventDefault();
});

const text = document.getElementById("text");
const count = document.getElementById("text-count");
const counted = () => {
  const length = [...text.value].length;
  count.textContent = length ? `${number(length)} نویسه` : "";
  count.classList.toggle("over", length > Number(text.dataset.limit));
};
text.addEventListener("input", counted);
counted();
once(document.getElementById("text-form"));
