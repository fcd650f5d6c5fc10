// The form that asks for an API key. One question at a time, however many requests wait for the answer.

import { byId } from "./dom.js";

let waiting = null;

/** Resolves to the key, or to null when the person closes the form. */
export function askForKey(refused) {
  waiting ??= ask(refused).finally(() => { waiting = null; });
  return waiting;
}

function ask(refused) {
  const [dialog, form, input, error] = ["key-dialog", "key-form", "key", "key-error"].map(byId);
  const complain = (text) => {
    error.textContent = text;
    error.hidden = !text;
    input.toggleAttribute("aria-invalid", Boolean(text));
  };
  complain(refused ? "این کلید پذیرفته نشد." : "");
  input.value = "";
  const back = document.activeElement;
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    const done = (key) => {
      form.onsubmit = byId("key-cancel").onclick = dialog.oncancel = null;
      input.value = "";
      dialog.close();
      back?.focus?.();
      resolve(key);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      const key = input.value.trim();
      if (/^[\x21-\x7e]+$/.test(key)) done(key);
      else complain(key ? "کلید فقط حروف و رقم لاتین دارد." : "کلید را بنویسید.");
    };
    byId("key-cancel").onclick = () => done(null);
    dialog.oncancel = (event) => {
      event.preventDefault();
      done(null);
    };
  });
}
