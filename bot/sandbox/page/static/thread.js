// A thread beside the conversation; over it on a small screen.

import { act } from "./api.js";
import { composer } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { messageList, showMessages, toEnd } from "./list.js";
import { conversation, go, hashOf } from "./places.js";
import { everything, message, replies } from "./store.js";
import { count, spoken, t } from "./words.js";

let shown = { key: null };

/** Show the thread of a place, or none. */
export function showThread(at) {
  const aside = document.getElementById("thread");
  const room = conversation(at);
  const root = at.thread && room && message(room.id, at.thread);
  aside.hidden = !root;
  document.body.classList.toggle("has-thread", Boolean(root));
  if (!root) { shown = { key: null }; aside.replaceChildren(); return; }
  const key = `${room.id}:${at.thread}|${spoken()}`;
  if (shown.key !== key) {
    shown = { key, ...made(at, room) };
    aside.setAttribute("aria-label", t("thread.title"));
    aside.replaceChildren(shown.head, shown.list, shown.composer);
    if (!document.querySelector("dialog[open]")) aside.querySelector(".composer-input").focus({ preventScroll: true });
  }
  const found = replies(room.id, at.thread);
  showMessages(shown.list, `${room.id}`, [root, ...found], { read: null, aimed: at.message });
  shown.number.textContent = found.length ? count("thread.replies", found.filter((one) => !one.is_private).length) : "";
  const last = everything(room.id).at(-1);
  if (last.ts > room.read && document.visibilityState === "visible") act("read", { channel: room.id, ts: last.ts });
}

/** Close the thread that is open, if any; tell whether there was one. */
export function closeThread(at) {
  if (!at.thread) return false;
  go({ ...at, thread: null, message: null });
  return true;
}

function made(at, room) {
  const back = { ...at, thread: null, message: null };
  const close = iconButton("close", t("thread.close"), () => go(back));
  const number = h("span", { class: "head-more" });
  return {
    number,
    head: h("header", { class: "head" }, h("h2", {}, t("thread.title"), h("span", { class: "head-more", text: at.kind === "channel" ? `#${at.name}` : "" }), number), close),
    list: messageList({ label: t("thread.title") }),
    composer: composer({ key: hashOf({ ...at, message: null }), placeholder: t("thread.write"), target: () => ({ channel: room.id, thread: at.thread }), sent: () => toEnd(shown.list) }),
  };
}
