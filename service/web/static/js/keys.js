// One key each for the things that name it in data-key (a KeyboardEvent.code, so that the keyboard's language does not matter).
// Whoever is disturbed by them turns them off, in the box that this script adds to [data-keys]; the browser remembers it.

const STORE = "samanyar-keys";
const typing = (node) => node.matches?.("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");
let on = localStorage.getItem(STORE) !== "off";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || event.isComposing) return;
  if (event.code === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (!on || typing(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.code)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
});

for (const place of document.querySelectorAll("[data-keys]")) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: on });
  const label = document.createElement("label");
  label.className = "choice";
  label.append(box, "کلیدهای تک‌حرفی");
  box.addEventListener("change", () => {
    on = box.checked;
    localStorage.setItem(STORE, on ? "on" : "off");
    document.documentElement.classList.toggle("no-keys", !on);
  });
  place.append(label);
}
document.documentElement.classList.toggle("no-keys", !on);
