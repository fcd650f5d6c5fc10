// One key for each thing that names it in data-key (a KeyboardEvent.code, so that the keyboard's language does not matter).

const typing = (node) => node.matches?.("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
  if (event.code === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.code)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
});
