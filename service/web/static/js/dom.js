// Builds the page out of nodes. Text only ever becomes text: there is no innerHTML anywhere.

/** An element. `props`: attributes, `class`, `data` (dataset), `on` (listeners); null, undefined and false are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  put(node, children);
  return node;
}

/** Appends nodes and strings, skipping what is empty; lists are flattened. */
export function put(node, ...children) {
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

/** A stretch whose direction is its own: a name, a number with a Latin unit, a file name. */
export function bdi(text, props = {}) {
  return el("bdi", props, String(text));
}

export function byId(id) {
  return document.getElementById(id);
}

export const calmMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Brings a node into view and moves the keyboard focus there; where its own column scrolls, the page stays put. */
export function goTo(node) {
  const behavior = calmMotion() ? "auto" : "smooth";
  const column = node.closest(".reader-text");
  if (column && column.scrollHeight > column.clientHeight + 1) {
    const offset = node.getBoundingClientRect().top - column.getBoundingClientRect().top;
    column.scrollTo({ top: column.scrollTop + offset - column.clientHeight / 3, behavior });
  } else {
    node.scrollIntoView({ block: "center", behavior });
  }
  if (node.tabIndex < 0) node.setAttribute("tabindex", "-1");
  node.focus({ preventScroll: true });
}
