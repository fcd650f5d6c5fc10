// The page of a report: what the main button will do, finding a domain to add, and text, cards and marks that answer each other.

import { once } from "./once.js";

const byId = (id) => document.getElementById(id);
const form = byId("decision");
const reader = document.querySelector(".reader-text");

function changed() {
  const summary = byId("summary");
  const plain = (text) => text.replaceAll("\r\n", "\n").trim();
  return plain(summary.value) !== plain(summary.dataset.before)
    || [...form.querySelectorAll("input[type=checkbox][name]")].some((box) => box.checked !== (box.dataset.before === "yes"));
}

function nameButton() {
  const save = byId("save");
  save.firstElementChild.textContent = changed() ? save.dataset.correct : save.dataset.accept;
}

function addingDomains() {
  const filter = byId("domain-filter");
  const details = byId("adding");
  filter.closest(".field").hidden = false;
  const fold = (text) => text.replace(/[\u200c\s]/g, "").replaceAll("ي", "ی").replaceAll("ك", "ک");
  filter.addEventListener("input", () => {
    for (const group of details.querySelectorAll(".group")) {
      let any = false;
      for (const choice of group.querySelectorAll(".choice")) {
        choice.hidden = !fold(choice.textContent).includes(fold(filter.value));
        any ||= !choice.hidden;
      }
      group.hidden = !any;
    }
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    details.querySelector(".choice:not([hidden]) input")?.click();
  });
  details.addEventListener("toggle", () => details.open && filter.focus());
}

/** A stretch that a person marked in the text becomes one that the summary stands on; offsets count code points. */
function addingSources() {
  const button = byId("add-source");
  const selected = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!reader.contains(range.commonAncestorContainer)) return null;
    const before = range.cloneRange();
    before.selectNodeContents(reader);
    before.setEnd(range.startContainer, range.startOffset);
    const start = [...before.toString()].length;
    return { start, end: start + [...range.toString()].length, text: range.toString() };
  };
  document.addEventListener("selectionchange", () => { button.hidden = !selected(); });
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => {
    const span = selected();
    if (!span) return;
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "source", value: `text:${span.start}:${span.end}`, checked: true });
    const quote = Object.assign(document.createElement("q"), { textContent: span.text, dir: "auto" });
    label.className = "choice";
    label.append(box, " ", quote);
    byId("more-sources").append(label);
    nameButton();
  });
}

function lighting() {
  const cards = document.querySelectorAll(".domain");
  const light = (code) => {
    for (const card of cards) card.classList.toggle("lit", card.dataset.code === code);
    for (const mark of document.querySelectorAll("mark.evidence")) mark.classList.toggle("dim", Boolean(code) && !mark.dataset.mark?.startsWith(`evidence-${code}-`));
  };
  const codeOf = (node) => node.closest?.("mark.evidence")?.dataset.mark?.match(/^evidence-(.+)-\d+$/)?.[1];
  for (const card of cards) {
    card.addEventListener("pointerenter", () => light(card.dataset.code));
    card.addEventListener("pointerleave", () => light(null));
  }
  for (const kind of ["pointerover", "focusin"]) {
    reader.addEventListener(kind, (event) => {
      const code = codeOf(event.target);
      for (const card of cards) card.classList.toggle("lit", card.dataset.code === code);
    });
  }
}

if (form) {
  form.addEventListener("input", nameButton);
  once(form);
  window.addEventListener("pageshow", nameButton);
  byId("editing").addEventListener("toggle", () => byId("editing").open && byId("summary").focus());
  addingDomains();
  if ("exact" in reader.dataset) addingSources(); // else the text on the page has other line ends than the report
}
if (reader) lighting();
