// Parts of the page that change by themselves while the server works: asked for again until none is busy.

const EVERY = 2500;

async function again() {
  if (!document.querySelector("[data-live][data-busy]")) return;
  if (!document.hidden) await refresh().catch(() => {});
  setTimeout(again, EVERY);
}

async function refresh() {
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live][data-busy]")) {
    const other = fresh.getElementById(part.id);
    if (other && !part.contains(document.activeElement)) part.replaceWith(other);
  }
}

setTimeout(again, EVERY);
