// Numbers, dates and periods as they are read in Persian.

const whole = new Intl.NumberFormat("fa-IR", { maximumFractionDigits: 1 });
const twoDecimals = new Intl.NumberFormat("fa-IR", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const day = new Intl.DateTimeFormat("fa-IR-u-ca-persian", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const monthName = new Intl.DateTimeFormat("fa-IR-u-ca-persian", { month: "long", timeZone: "UTC" });
const year = new Intl.DateTimeFormat("fa-IR-u-ca-persian", { year: "numeric", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat("fa-IR-u-ca-persian", { dateStyle: "long", timeStyle: "short" });
const month = { format: (date) => `${monthName.format(date)} ${year.format(date)}` };
const plain = new Intl.DateTimeFormat("en-u-ca-persian", { day: "numeric", month: "numeric", year: "numeric", timeZone: "UTC" });

const DAY = 86_400_000;

export const number = (value) => whole.format(value);
export const decimal = (value) => twoDecimals.format(value);

/** A probability as a percentage that never claims certainty. */
export function percent(probability) {
  if (probability > 0.995) return `بیش از ${share(99)}`;
  if (probability < 0.005) return `کمتر از ${share(1)}`;
  return share(Math.round(probability * 100));
}

// The mark keeps the sign on the left of the number, where Persian writes it.
const share = (value) => `${whole.format(value)}\u200f٪`;

/** Size in bytes, in the unit people would say. */
export function size(bytes) {
  return bytes < 1_000_000 ? `${number(Math.max(1, Math.round(bytes / 1000)))} کیلوبایت` : `${number(bytes / 1_000_000)} مگابایت`;
}

/** Persian and Arabic digits as ASCII digits: what people type, as the API reads it. */
export function asciiDigits(text) {
  return text.replace(/[۰-۹]/g, (digit) => digit.charCodeAt(0) - 0x06f0).replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x0660);
}

/** Date and time of an analysis, in the reader's own time zone. */
export function when(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : moment.format(date);
}

function jalali(date) {
  const parts = Object.fromEntries(plain.formatToParts(date).map((part) => [part.type, Number(part.value)]));
  return { month: parts.month, day: parts.day };
}

// What the form holds before it is stored: Jalali as typed, such as 1402/07.
const isTyped = (text) => !/^\d{4}-\d\d-\d\d$/.test(text);
const typed = ({ from, to }) => [from && to && from !== to ? `${from} تا ${to}` : from && to ? from : from ? `از ${from}` : `تا ${to}`]
  .map((text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit))))[0];

/** A period {from, to} of ISO dates as «سال ۱۴۰۲», «مهر تا …» or full dates; empty when there is none. */
export function period(value) {
  if (!value || (!value.from && !value.to)) return "";
  if (isTyped(value.from ?? value.to)) return typed(value);
  const [from, to] = [value.from, value.to].map((iso) => (iso ? new Date(`${iso}T00:00:00Z`) : null));
  if (!from) return `تا ${day.format(to)}`;
  if (!to) return `از ${day.format(from)}`;
  if (value.from === value.to) return day.format(from);
  const [first, next] = [jalali(from), jalali(new Date(to.getTime() + DAY))];
  if (first.day !== 1 || next.day !== 1) return `${day.format(from)} تا ${day.format(to)}`;
  if (first.month === 1 && next.month === 1) {
    return year.format(from) === year.format(to) ? `سال ${year.format(from)}` : `سال ${year.format(from)} تا ${year.format(to)}`;
  }
  return month.format(from) === month.format(to) ? month.format(from) : `${month.format(from)} تا ${month.format(to)}`;
}
