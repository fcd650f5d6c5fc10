// The form: what was typed or chosen, what is wrong with it, and where to say so.

import { byId, el } from "./dom.js";
import { asciiDigits, number, size } from "./fa.js";
import { length } from "./text.js";

const FIELDS = ["title", "text", "ngo", "province", "from", "to", "file"];
const JALALI = /^1[2-5]\d\d(\/(0?[1-9]|1[0-2])(\/(0?[1-9]|[12]\d|3[01]))?)?$/;
const FEW_WORDS = 8;
const limits = { text: Number(document.body.dataset.textLimit), title: Number(document.body.dataset.titleLimit), file: Number(document.body.dataset.fileLimit) };

export class ReportForm {
  /** `on` has analyze(), store() and upload(); they are called only when the form is in order. */
  constructor(on) {
    this.form = byId("report");
    this.file = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.mode === "file") this.tryUpload(on);
      else if (this.check()) on.analyze();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    byId("store").addEventListener("click", () => this.check() && on.store());
    byId("upload").addEventListener("click", () => this.tryUpload(on));
    byId("text").addEventListener("input", () => this.count());
    byId("file").addEventListener("change", (event) => this.choose(event.target.files[0] ?? null));
    byId("samples").addEventListener("click", (event) => event.target.dataset.sample && this.sample(Number(event.target.dataset.sample)));
    for (const radio of this.form.elements.mode) radio.addEventListener("change", () => this.setMode(radio.value));
    this.listenForDrops();
    this.setMode(this.mode);
    this.count();
  }

  get mode() {
    return this.form.elements.mode.value;
  }

  setMode(mode) {
    this.form.elements.mode.value = mode;
    byId("mode-text").hidden = mode !== "text";
    byId("mode-file").hidden = mode !== "file";
    byId("samples").hidden = mode !== "text";
    this.clearErrors();
  }

  listenForDrops() {
    const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
    this.form.addEventListener("dragover", (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      this.form.classList.add("dropping");
    });
    this.form.addEventListener("dragleave", (event) => {
      if (!this.form.contains(event.relatedTarget)) this.form.classList.remove("dropping");
    });
    this.form.addEventListener("drop", (event) => {
      this.form.classList.remove("dropping");
      if (!carriesFile(event)) return;
      event.preventDefault();
      this.setMode("file");
      if (event.dataTransfer.files.length > 1) this.say("file", "هر بار یک پرونده؛ برای چند گزارش، یک جدول بفرستید.");
      else this.choose(event.dataTransfer.files[0]);
    });
  }

  choose(file) {
    this.file = file;
    this.clearErrors();
    byId("file-name").hidden = !file;
    byId("drop-lead").hidden = Boolean(file);
    byId("file-name").replaceChildren(...(file ? [el("bdi", {}, file.name), " ", el("small", {}, size(file.size))] : []));
    if (file) this.checkFile();
  }

  checkFile() {
    if (!this.file) this.say("file", "نخست پرونده‌ای برگزینید.");
    else if (this.file.size === 0) this.say("file", "این پرونده خالی است.");
    else if (this.file.size > limits.file) this.say("file", `این پرونده ${size(this.file.size)} است؛ اندازه مجاز ${size(limits.file)} است.`);
    else return true;
    return false;
  }

  tryUpload(on) {
    this.clearErrors();
    if (this.checkFile()) on.upload(this.file);
    else byId("file").focus();
  }

  count() {
    const text = byId("text").value;
    const used = length(text);
    const words = text.trim() ? text.trim().split(/\s+/u).length : 0;
    byId("text-used").textContent = number(used);
    byId("text-count").classList.toggle("over", used > limits.text);
    byId("text-hint").textContent = words > 0 && words < FEW_WORDS
      ? `متن کمتر از ${number(FEW_WORDS)} واژه دارد؛ تحلیل می‌شود، ولی داوری درباره آن با بازبین است.` : "";
  }

  /** The report as the API takes it; the text exactly as it stands, because offsets point into it. */
  report() {
    const value = (id) => byId(id).value.trim() || null;
    const [from, to] = ["from", "to"].map((id) => asciiDigits(byId(id).value).replace(/[-.]/g, "/").trim() || null);
    const all = {
      text: byId("text").value.toWellFormed?.() ?? byId("text").value, title: value("title"), ngo: value("ngo"), province: value("province"),
      period: from || to ? { from, to } : null,
    };
    return Object.fromEntries(Object.entries(all).filter(([, item]) => item !== null));
  }

  check() {
    this.clearErrors();
    const { text, title = "", period } = this.report();
    if (!text.trim()) this.say("text", "متن گزارش خالی است.");
    else if (length(text) > limits.text) this.say("text", `متن ${number(length(text))} نویسه دارد؛ حداکثر ${number(limits.text)} نویسه پذیرفته می‌شود. چیزی بریده نشد.`);
    if (length(title) > limits.title) this.say("title", `عنوان حداکثر ${number(limits.title)} نویسه است.`);
    for (const end of ["from", "to"]) if (period?.[end] && !JALALI.test(period[end])) this.say(end, "تاریخ خورشیدی، مانند ۱۴۰۳ یا ۱۴۰۳/۰۵ یا ۱۴۰۳/۰۵/۱۲.");
    return this.focusFirstError();
  }

  focusFirstError() {
    const first = this.form.querySelector("[aria-invalid]");
    if (first?.closest("details")) first.closest("details").open = true;
    first?.focus();
    return first === null;
  }

  say(field, message) {
    const note = byId(`${field}-error`);
    note.textContent = note.textContent ? `${note.textContent} ${message}` : message;
    note.hidden = false;
    byId(field).setAttribute("aria-invalid", "true");
  }

  clearErrors() {
    for (const field of FIELDS) {
      byId(`${field}-error`).hidden = true;
      byId(`${field}-error`).textContent = "";
      byId(field).removeAttribute("aria-invalid");
    }
    byId("form-alert").hidden = true;
  }

  /** Shows a problem of the API: what belongs to a field beside it, the rest above the form. */
  problem(error) {
    const rest = [];
    for (const { pointer = "", detail = "" } of error.errors ?? []) {
      const steps = String(pointer).split(/[/.#]/).reverse();
      const field = steps.map((step) => (step === "period" ? "from" : step)).find((step) => FIELDS.includes(step) && (step !== "file" || this.mode === "file"));
      if (field) this.say(field, detail);
      else rest.push(el("li", {}, pointer && el("code", { dir: "ltr" }, pointer), pointer && " ", el("bdi", {}, detail)));
    }
    this.alert(el("p", {}, el("strong", {}, error.title ?? "خطای پیش‌بینی‌نشده در صفحه.")), error.detail && el("p", { dir: "auto" }, error.detail), rest.length > 0 && el("ul", {}, rest));
    this.focusFirstError();
  }

  alert(...nodes) {
    const box = byId("form-alert");
    box.hidden = false;
    box.replaceChildren(...nodes.filter(Boolean));
    box.scrollIntoView({ block: "nearest" });
  }

  fill({ text, title = "", ngo = "", province = "", from = "", to = "" }) {
    for (const [id, value] of Object.entries({ text, title, ngo, province, from, to })) byId(id).value = value;
    this.clearErrors();
    this.count();
  }

  async sample(index) {
    const fields = ["text", "title", "ngo", "province", "from", "to"];
    const before = Object.fromEntries(fields.map((id) => [id, byId(id).value]));
    const answer = await fetch("/static/samples.json");
    const all = await answer.json();
    this.fill(all[index]);
    const own = before.text.trim() && !all.some((item) => item.text === before.text);
    if (own) {
      const undo = el("button", { type: "button", class: "link", on: { click: () => this.fill(before) } }, "برگرداندن متن پیشین");
      this.alert(el("p", {}, "نمونه به جای متن شما نشست. ", undo));
    }
  }

  reset() {
    this.fill({ text: "" });
    byId("file").value = "";
    this.choose(null);
  }

  busy(on) {
    for (const id of ["analyze", "store", "upload"]) byId(id).disabled = on;
  }
}
