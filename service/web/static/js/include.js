// What takes longer than the page itself has an address of its own; it is put into its place once it has come.

for (const place of document.querySelectorAll("[data-include]")) {
  place.setAttribute("aria-busy", "true");
  fetch(place.dataset.include, { headers: { Accept: "text/html" } })
    .then(async (answer) => {
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("included");
      if (answer.ok && part) place.replaceChildren(...part.childNodes);
    })
    .catch(() => {}) // the link that stands there leads to it
    .finally(() => place.removeAttribute("aria-busy"));
}
