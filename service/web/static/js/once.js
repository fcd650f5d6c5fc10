// A second click sends nothing; a sending that was stopped can be begun again.

const SECONDS = 5;

/** Guards a form: within a few seconds it is sent once. */
export function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, SECONDS * 1000);
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}
