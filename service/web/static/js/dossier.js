// The dossier: long tables are shortened, and printing shows the reports of every year.

function shortening() {
  const button = document.getElementById("toggle-things");
  if (!button) return;
  const rest = document.getElementById("more-things");
  const set = (open) => {
    rest.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? button.dataset.open : button.dataset.closed;
  };
  button.hidden = false;
  set(false);
  button.addEventListener("click", () => set(rest.hidden));
}

function printing() {
  const button = document.getElementById("print");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.year:not([open])")];
    for (const each of folded) each.open = true;
  });
  window.addEventListener("afterprint", () => { for (const each of folded) each.open = false; });
}

shortening();
printing();
