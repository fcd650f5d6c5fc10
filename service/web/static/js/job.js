// A job that runs: its page is read again every second and a half, and what changed is put in place.

const EVERY = 1500;

async function look() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
    if (answer.redirected || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, fresh] = [document.getElementById("job"), page.getElementById("job")];
    if (!fresh) return;
    const holds = old.contains(document.activeElement) && document.activeElement !== document.body;
    if (holds && fresh.dataset.state === old.dataset.state) {
      for (const part of [".job-count", "svg.bar"]) {
        const [from, to] = [fresh.querySelector(part), old.querySelector(part)];
        if (from && to) to.replaceWith(from);
      }
    } else {
      old.replaceWith(fresh);
    }
    if (["queued", "running"].includes(fresh.dataset.state)) setTimeout(look, EVERY);
  } catch {
    setTimeout(look, 4 * EVERY);
  }
}

setTimeout(look, EVERY);
