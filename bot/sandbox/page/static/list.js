// A list of messages: days between them, what is new marked, and the place kept while it grows.

import { dayLine, dayOf, ofTs } from "./dates.js";
import { h, numberOf, reconcile } from "./dom.js";
import { messageItem } from "./message.js";
import { me, now, replies } from "./store.js";
import { spoken, t } from "./words.js";

const TOGETHER_S = 300;
const NEAR_PX = 90;

/** Return a list of messages. Arrows move from one to the next. */
export function messageList({ label }) {
  const list = h("ol", { class: "messages", "aria-label": label, tabindex: "0", onkeydown: (event) => move(event, list), onscroll: () => { list.is_at_end = isNearEnd(list) || list.scrollTop === list.rest_at; } });
  list.is_at_end = true;
  // A thread that opens beside makes lines longer: whoever was at the end stays there.
  new ResizeObserver(() => { if (list.is_at_end) toEnd(list); }).observe(list);
  return list;
}

const isNearEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;

/** Go to the last message of a list: to its start when it is taller than the list. */
export function toEnd(list) {
  const last = list.lastElementChild;
  list.scrollTop = last?.offsetHeight > list.clientHeight ? last.offsetTop : list.scrollHeight;
  list.rest_at = list.scrollTop;
}

function move(event, list) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const at = event.target.closest?.(".message");
  if (!step || !["OL", "LI"].includes(event.target.tagName)) return;
  const items = [...list.querySelectorAll(".message")];
  const next = at ? items.indexOf(at) + step : items.length - 1;
  event.preventDefault();
  items[Math.max(0, Math.min(next, items.length - 1))]?.focus();
}

/**
 * Show messages in a list. `read` is up to where the reader had read when they came.
 *
 * It stays at the bottom when it was there; `aimed` is scrolled to once.
 */
export function showMessages(list, channel, messages, { read, aimed, open_thread, before = [] }) {
  const is_first = list.dataset.channel !== `${channel}`;
  const wanted = [...before];
  let last = null;
  let is_marked = false;
  for (const one of messages) {
    const day = dayOf(ofTs(one.ts));
    if (!last || dayOf(ofTs(last.ts)) !== day) { wanted.push(dayItem(day, one)); last = null; }
    if (read && !is_marked && one.ts > read && one.user !== me().id && !one.is_private) { wanted.push(newItem()); is_marked = true; last = null; }
    wanted.push(item(channel, one, { is_compact: isTogether(last, one), is_aimed: one.ts === aimed, open_thread }));
    last = one;
  }
  const before_last = list.lastElementChild;
  const saw_last = before_last && before_last.offsetTop < list.scrollTop + list.clientHeight;
  reconcile(list, wanted);
  list.dataset.channel = channel;
  if (aimed && list.dataset.aimed !== aimed) { aim(list, aimed); return; }
  if (is_first && is_marked && !aimed) showNew(list);
  else if (is_first || list.is_at_end) toEnd(list);
  // An answer follows the one it is read after, however long that one was.
  else if (saw_last && last?.is_private && list.lastElementChild !== before_last) toEnd(list);
}

function showNew(list) {
  list.querySelector(".new-line").scrollIntoView({ block: "start" });
  list.is_at_end = isNearEnd(list);
}

function aim(list, ts) {
  const found = list.querySelector(`[data-ts="${ts}"]`);
  if (!found) return;
  list.dataset.aimed = ts;
  found.scrollIntoView({ block: "center" });
  list.is_at_end = isNearEnd(list);
}

const isTogether = (last, one) => Boolean(last) && last.user === one.user && !last.is_private && Number(one.ts) - Number(last.ts) < TOGETHER_S;

function dayItem(day, one) {
  const words = dayLine(ofTs(one.ts));
  return { key: `day:${day}`, sign: words, make: () => h("li", { class: "day-line", role: "separator" }, h("span", { text: words })) };
}

function newItem() {
  return { key: "new", sign: spoken(), make: () => h("li", { class: "new-line", role: "separator" }, h("span", { text: t("channel.new") })) };
}

function item(channel, one, options) {
  const found = options.open_thread ? replies(channel, one.ts) : [];
  const sign = [numberOf(one), found.length, options.is_compact, options.is_aimed, spoken(), dayOf(now()), found.length ? Math.floor(now() / 3_600_000) : ""].join("|");
  return { key: one.is_private ? `private:${one.ts}` : one.ts, sign, make: () => messageItem(channel, one, options) };
}
