// Talks to /v1: problem details become ApiError, and a 401 asks for a key once and tries again.

import { number } from "./fa.js";
import { OFFLINE, STATUSES } from "./words.js";

const KEY = "samanyar-key";
let askForKey = async () => null;

/** `ask(refused)` shows the key form and returns the key, or null when the person gave up. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

export class ApiError extends Error {
  constructor({ status = 0, title, detail = "", errors = [], retryAfter = null }) {
    super(detail ? `${title} ${detail}` : title);
    Object.assign(this, { name: "ApiError", status, title, detail, errors, retryAfter });
  }
}

async function problem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // An answer that is not JSON (a proxy's page) is told by its status alone.
  }
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const fallback = STATUSES[response.status] ?? `سرور با کد ${number(response.status)} پاسخ داد.`;
  const wait = retryAfter ? `${number(retryAfter)} ثانیه دیگر دوباره بکوشید.` : "";
  return new ApiError({
    status: response.status,
    title: String(body.title || fallback),
    detail: [typeof body.detail === "string" ? body.detail : "", wait].filter(Boolean).join(" "),
    errors: Array.isArray(body.errors) ? body.errors : [],
    retryAfter,
  });
}

async function send(path, { method, body, headers, signal }) {
  const key = sessionStorage.getItem(KEY);
  try {
    return await fetch(path, {
      method, body, signal,
      headers: { Accept: "application/json", "Accept-Language": "fa", ...headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ title: OFFLINE });
  }
}

/** Answers {status, body, location}. `json` is sent as JSON, `form` as multipart. Throws ApiError or AbortError. */
export async function call(path, { method = "GET", json, form, headers = {}, signal } = {}) {
  const request = {
    method, signal,
    body: json === undefined ? form : JSON.stringify(json),
    headers: json === undefined ? headers : { "Content-Type": "application/json", ...headers },
  };
  let response = await send(path, request);
  for (let refused = false; response.status === 401; refused = true) {
    const key = await askForKey(refused);
    if (!key) break;
    sessionStorage.setItem(KEY, key);
    response = await send(path, request);
  }
  if (response.status === 401) sessionStorage.removeItem(KEY);
  if (!response.ok) throw await problem(response);
  const empty = response.status === 204 || response.headers.get("Content-Length") === "0";
  return { status: response.status, body: empty ? null : await response.json(), location: response.headers.get("Location") };
}

/** A random name for one attempt to store something; works without a secure context too. */
export function idempotencyKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let domainsOnce = null;

/** Map of code to {fa, groupFa}; empty when the list cannot be had, so that callers fall back to what they know. */
export function domains() {
  domainsOnce ??= call("/v1/domains").then(({ body }) => {
    const groups = new Map((body.groups ?? []).map((group) => [group.code, group.fa]));
    return new Map(body.items.map((domain) => [domain.code, { fa: domain.fa, groupFa: groups.get(domain.group) ?? "" }]));
  }).catch(() => {
    domainsOnce = null;
    return new Map();
  });
  return domainsOnce;
}
