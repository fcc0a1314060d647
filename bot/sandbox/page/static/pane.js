// The conversation in the middle: its head, its messages, where to write; the app has a Home too.

import { act } from "./api.js";
import { blockOf } from "./blocks.js";
import { composer } from "./composer.js";
import { h, icon, iconButton, reconcile } from "./dom.js";
import { openMenu } from "./floats.js";
import { messageList, showMessages, toEnd } from "./list.js";
import { appAvatar, avatar } from "./people.js";
import { conversation, go, hashOf, memberNamed } from "./places.js";
import { app, everything, home, isConnected, me, people, roots } from "./store.js";
import { openDrawer } from "./sidebar.js";
import { count, spoken, t } from "./words.js";

let shown = { key: null };

/** Show a place in the middle of the page. */
export function showPane(at) {
  const main = document.getElementById("main");
  const key = `${hashOf({ ...at, thread: null, message: null })}|${spoken()}`;
  if (shown.key !== key) {
    shown = { key, ...made(at) };
    main.replaceChildren(shown.head, ...[shown.list, shown.home, shown.composer].filter(Boolean));
    if (matchMedia("(min-width: 800px)").matches && !document.querySelector("dialog[open]")) main.querySelector(".composer-input")?.focus({ preventScroll: true });
    if (shown.home) act("home", {});
  }
  shown.off.hidden = isConnected();
  if (shown.home) showHome(shown.home);
  else showTalk(at);
}

function made(at) {
  const off = h("p", { class: "offline", role: "alert", hidden: true, text: t("page.offline") });
  const head = h("header", { class: "head" }, iconButton("menu", t("sidebar.open"), openDrawer, { class: "icon-button drawer-button" }), titleOf(at), off);
  if (at.kind === "app" && at.tab === "home") return { head, off, home: h("div", { class: "home", tabindex: "0" }) };
  const name = nameOf(at);
  const target = () => {
    const room = conversation(at);
    if (room) return { channel: room.id };
    return { to: at.kind === "app" ? "app" : memberNamed(at.user).id };
  };
  return {
    head, off,
    list: messageList({ label: t("channel.messages", { name }) }),
    composer: composer({ key: hashOf({ ...at, thread: null, message: null }), placeholder: t("composer.write", { name }), target, sent: () => toEnd(shown.list) }),
    read: conversation(at)?.read,
  };
}

function nameOf(at) {
  if (at.kind === "channel") return `#${at.name}`;
  if (at.kind === "app") return app().name;
  return memberNamed(at.user)?.name ?? at.user;
}

function titleOf(at) {
  if (at.kind === "channel") return channelTitle(at);
  if (at.kind === "direct") return h("h1", {}, memberNamed(at.user) ? avatar(memberNamed(at.user), "small") : null, nameOf(at), h("span", { class: "head-more", text: memberNamed(at.user)?.title ?? "" }));
  const tab = (name) => h("a", { class: "tab", href: hashOf({ kind: "app", tab: name }), "aria-current": at.tab === name ? "page" : null, text: t(`app.${name}`) });
  return h("div", { class: "app-head" }, h("h1", {}, appAvatar("small"), app().name), h("nav", { class: "tabs", "aria-label": app().name }, tab("home"), tab("messages")));
}

function channelTitle(at) {
  const open = () => openMenu(button, membersOf(at), { label: button.textContent });
  const button = h("button", { type: "button", class: "head-more", "aria-haspopup": "menu", onclick: open, text: count("channel.members", conversation(at)?.members.length ?? 0) });
  return h("div", { class: "head-title" }, h("h1", {}, icon(conversation(at)?.kind === "group" ? "lock" : "hash"), at.name), button);
}

function membersOf(at) {
  const members = new Set(conversation(at)?.members);
  const found = people().filter((one) => members.has(one.id)).map((one) => ({ label: one.name, hint: one.title, href: hashOf({ kind: "direct", user: one.handle }) }));
  return members.has(app().user) ? [...found, { label: app().name, hint: t("message.app"), href: hashOf({ kind: "app", tab: "messages" }) }] : found;
}

function showTalk(at) {
  const room = conversation(at);
  const messages = room ? roots(room.id) : [];
  if (shown.read === undefined && room) shown.read = room.read;
  showMessages(shown.list, room?.id, messages, {
    read: shown.read, aimed: at.thread ? null : at.message, before: [welcome(at)],
    open_thread: (ts) => go({ ...at, message: null, thread: ts }),
  });
  const last = room && everything(room.id).at(-1);
  if (last && last.ts > room.read && document.visibilityState === "visible") act("read", { channel: room.id, ts: last.ts });
}

function welcome(at) {
  const key = at.kind === "direct" && at.user === me().handle ? "self" : at.kind;
  const make = () => h("li", { class: "welcome" },
    h("h2", {}, at.kind === "channel" ? `#${at.name}` : nameOf(at)),
    h("p", { text: t(`welcome.${key}`, { name: nameOf(at) }) }));
  return { key: "welcome", sign: "", make };
}

function showHome(box) {
  const view = home();
  if (!view) {
    reconcile(box, [{ key: "loading", sign: spoken(), make: () => h("div", { class: "skeleton", role: "status", "aria-label": t("page.loading") }, h("i"), h("i"), h("i")) }]);
    return;
  }
  const context = { surface: "home", act: (element, choice) => act("click", { action: element.action_id, value: element.value, choice }), look_up: async () => [] };
  reconcile(box, view.blocks.map((block) => ({ key: block.block_id, sign: `${JSON.stringify(block)}${spoken()}`, make: () => blockOf(block, context) })));
}
