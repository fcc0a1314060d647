// One message: who, when, what it says, its reactions, its thread, and what can be done with it.

import { act, fileUrl } from "./api.js";
import { contentOf } from "./blocks.js";
import { ago, full, ofTs, time } from "./dates.js";
import { h, icon, iconButton, say } from "./dom.js";
import { openMenu } from "./floats.js";
import { emojiOf } from "./mrkdwn.js";
import { authorAvatar, nameOf } from "./people.js";
import { messageHash } from "./places.js";
import { app, me, person, replies } from "./store.js";
import { count, t } from "./words.js";

const QUICK = ["white_check_mark", "eyes", "raised_hands"];
const PICTURES = /\.(png|jpe?g|gif)$/i;
const FACES = 5;

/** Return what a block of a message needs to speak to the app. */
export function messageContext(channel, message) {
  return {
    surface: "message",
    act: (element, choice) => act("click", { channel, ts: message.ts, action: element.action_id, value: element.value, choice }),
    look_up: async () => [],
  };
}

/**
 * Return a message as an item of a list. `is_compact`: under another of the same author.
 *
 * `open_thread` is null in a thread: there is none to open.
 */
export function messageItem(channel, message, { is_compact, is_aimed, open_thread }) {
  const date = ofTs(message.ts);
  const author = nameOf(message.user);
  const classes = ["message", is_compact && !message.is_private ? "compact" : "", message.is_private ? "private" : "", is_aimed ? "aimed" : ""].join(" ");
  return h("li", { class: classes, tabindex: "-1", "data-ts": message.ts, "data-focus": message.ts, "aria-label": `${author}, ${time(date)}` },
    message.is_private ? privacy(channel, message) : null,
    h("div", { class: "gutter" }, is_compact && !message.is_private ? h("time", { class: "small-time", text: time(date) }) : authorAvatar(message.user)),
    h("div", { class: "message-body" },
      is_compact && !message.is_private ? null : heading(message, author, date),
      h("div", { class: "content" }, contentOf(message, messageContext(channel, message)), message.edited && !message.blocks?.length ? h("span", { class: "edited", text: t("message.edited") }) : null),
      (message.files ?? []).map(file),
      reactions(channel, message),
      open_thread ? threadLink(channel, message, open_thread) : null),
    message.is_private ? null : tools(channel, message, open_thread));
}

function heading(message, author, date) {
  return h("div", { class: "heading" },
    h("strong", { class: "author", text: author }),
    person(message.user) ? null : h("span", { class: "badge", text: t("message.app") }),
    h("time", { title: full(date), text: time(date) }));
}

function privacy(channel, message) {
  return h("div", { class: "privacy" }, icon("eye"), h("span", { text: t("message.only_you") }),
    h("button", { type: "button", class: "link", onclick: () => act("dismiss", { channel, ts: message.ts }), text: t("message.dismiss") }));
}

function file(one) {
  const url = fileUrl(one.id);
  if (PICTURES.test(one.name)) return h("a", { class: "file-picture", href: url, target: "_blank", rel: "noopener" }, h("img", { src: url, alt: one.title || one.name }));
  return h("a", { class: "file", href: url, download: one.name }, icon("file"),
    h("span", {}, h("strong", { text: one.title || one.name }), h("span", { class: "option-hint", text: sized(one.size) })));
}

const sized = (bytes) => (bytes < 1024 ? t("message.bytes", { size: bytes }) : t("message.kilobytes", { size: Math.round(bytes / 1024) }));

function reactions(channel, message) {
  const found = message.reactions ?? [];
  if (!found.length) return null;
  return h("div", { class: "reactions" }, found.map((one) => {
    const is_mine = one.users.includes(me().id);
    const names = one.users.map(nameOf).join(", ");
    return h("button", { type: "button", class: is_mine ? "reaction mine" : "reaction", title: names, "aria-pressed": String(is_mine), "aria-label": `${one.name}, ${one.count} : ${names}`, "data-focus": `react:${one.name}`, onclick: () => react(channel, message, one.name) },
      emojiOf(one.name) ?? `:${one.name}:`, h("span", { text: one.count }));
  }));
}

function react(channel, message, name) {
  const known = message.reactions?.find((one) => one.name === name);
  act(known?.users.includes(me().id) ? "unreact" : "react", { channel, ts: message.ts, name });
}

function threadLink(channel, message, open_thread) {
  const found = replies(channel, message.ts).filter((one) => !one.is_private);
  if (!found.length) return null;
  const authors = [...new Set(found.map((one) => one.user))].slice(0, FACES);
  return h("button", { type: "button", class: "thread-link", "data-focus": `thread:${message.ts}`, onclick: () => open_thread(message.ts) },
    authors.map((one) => authorAvatar(one, "tiny")),
    h("strong", { text: count("thread.replies", found.length) }),
    h("span", { text: ago(ofTs(found.at(-1).ts)) }));
}

function tools(channel, message, open_thread) {
  const more = iconButton("dots", t("message.more"), () => openMenu(more, menuOf(channel, message), { label: t("message.more") }), { "aria-haspopup": "menu", "data-focus": `more:${message.ts}` });
  return h("div", { class: "tools", role: "toolbar", "aria-label": t("message.tools") },
    QUICK.map((name) => h("button", { type: "button", class: "icon-button", "aria-label": t("message.react", { name }), title: `:${name}:`, onclick: () => react(channel, message, name) }, emojiOf(name))),
    open_thread ? iconButton("thread", t("message.reply"), () => open_thread(message.ts)) : null,
    more);
}

function menuOf(channel, message) {
  const shortcuts = app().shortcuts.filter((one) => one.type === "message").map((one) => ({ label: one.name, hint: app().name, act: () => use(one) }));
  async function use(one) {
    const answer = await act("shortcut", { callback: one.callback_id, channel, ts: message.ts });
    if (!answer.ok || answer.is_acked === false) say(t("action.failed"));
  }
  const address = () => navigator.clipboard?.writeText(location.origin + location.pathname + location.search + messageHash(channel, message.ts)).then(() => say(t("message.copied")), () => say(t("action.failed")));
  return [...shortcuts, { label: t("message.copy"), act: address }];
}
