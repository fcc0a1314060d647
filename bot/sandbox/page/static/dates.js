// Instants in the reader's zone and language, and Slack's date tokens.

import { me, now } from "./store.js";
import { spoken, t } from "./words.js";

const DAY_MS = 86_400_000;

function locale() {
  if (spoken() === "fr") return "fr-FR";
  return me()?.locale.startsWith("en") ? me().locale : "en-GB";
}

const formats = new Map();

function format(date, options) {
  const zone = me()?.zone ?? "UTC";
  const key = `${locale()} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }));
  return formats.get(key).format(date).replace(/[ \u202f](?=[AP]M$)/, "\u00a0");
}

export const ofTs = (ts) => new Date(Number(ts) * 1000);

/** Return a day as 2026-11-24, in the reader's zone. */
export function dayOf(date) {
  const zone = me()?.zone ?? "UTC";
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
}

const apart = (date) => Math.round((Date.parse(dayOf(date)) - Date.parse(dayOf(now()))) / DAY_MS);

function relative(date) {
  return { "-1": t("date.yesterday"), 0: t("date.today"), 1: t("date.tomorrow") }[apart(date)];
}

// A French hour has two digits, an English one does not.
const hours = () => ({ hour: spoken() === "fr" ? "2-digit" : "numeric", minute: "2-digit" });

export const time = (date) => format(date, hours());
const long = (date) => format(date, { weekday: "long", year: "numeric", month: "long", day: "numeric" });
const short = (date) => format(date, { year: "numeric", month: "short", day: "numeric" });
const plain = (date) => format(date, { year: "numeric", month: "long", day: "numeric" });
const numeric = (date) => format(date, { year: "numeric", month: "2-digit", day: "2-digit" });

/** Return a day and a time, as short as they are clear: for the clock and tooltips. */
export const moment = (date) => format(date, { weekday: "short", day: "numeric", month: "short", ...hours() });
export const full = (date) => `${long(date)}, ${time(date)}`;
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Return the words of a line between two days. */
export function dayLine(date) {
  const name = relative(date);
  if (name) return capital(name);
  const year = dayOf(date).slice(0, 4) === dayOf(now()).slice(0, 4) ? {} : { year: "numeric" };
  return capital(format(date, { weekday: "long", month: "long", day: "numeric", ...year }));
}

/** Return how long ago something was, roughly: for threads. */
export function ago(date) {
  const minutes = Math.max(0, Math.round((now() - date) / 60_000));
  if (minutes < 1) return t("date.now");
  const relativeTo = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (minutes < 60) return relativeTo.format(-minutes, "minute");
  if (minutes < 1440) return relativeTo.format(-Math.round(minutes / 60), "hour");
  return relativeTo.format(-Math.round(minutes / 1440), "day");
}

const TOKENS = {
  date: plain,
  date_num: numeric,
  date_slash: numeric,
  date_long: long,
  date_short: short,
  date_pretty: (date) => relative(date) ?? plain(date),
  date_long_pretty: (date) => relative(date) ?? long(date),
  date_short_pretty: (date) => relative(date) ?? short(date),
  day_divider_pretty: dayLine,
  time,
  time_secs: (date) => format(date, { ...hours(), second: "2-digit" }),
  ago,
};

/** Return the words of a date token for the reader; `fallback` when it is not one. */
export function dateToken(seconds, pattern, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return pattern.replace(/\{(\w+)\}/g, (all, name) => (TOKENS[name] ? TOKENS[name](date) : all));
}

/** Return an instant (unix seconds) as a field of date and time holds it, in the reader's zone. */
export function wallTime(seconds) {
  if (!seconds) return "";
  const date = new Date(seconds * 1000);
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: me()?.zone ?? "UTC", hour: "2-digit", minute: "2-digit" }).format(date);
  return `${dayOf(date)}T${hour}`;
}

/** Return the unix seconds of what such a field holds; null when it is empty. */
export function instantOf(typed) {
  const wanted = Date.parse(`${typed}Z`);
  if (Number.isNaN(wanted)) return null;
  let found = wanted;
  // Twice: the first may fall on the other side of a change of hour.
  for (const _time of [1, 2]) found -= Date.parse(`${wallTime(found / 1000)}Z`) - wanted;
  return found / 1000;
}

/** Return a day typed in a form (2026-11-24) in words. */
export function dayInWords(day) {
  const [year, month, date] = day.split("-").map(Number);
  const found = new Intl.DateTimeFormat(locale(), { timeZone: "UTC", weekday: "short", year: "numeric", month: "long", day: "numeric" });
  return found.format(new Date(Date.UTC(year, month - 1, date)));
}

/** Return a month in words, and the names of the week's days, Monday first. */
export function monthInWords(year, month) {
  const found = new Intl.DateTimeFormat(locale(), { timeZone: "UTC", year: "numeric", month: "long" });
  return capital(found.format(new Date(Date.UTC(year, month, 1))));
}

export function weekdays() {
  const found = new Intl.DateTimeFormat(locale(), { timeZone: "UTC", weekday: "short" });
  return [0, 1, 2, 3, 4, 5, 6].map((index) => found.format(new Date(Date.UTC(2024, 0, 1 + index))));
}

export const shareInWords = (value) => new Intl.NumberFormat(locale(), { style: "percent" }).format(value);

export const numberInWords = (value) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(value);
