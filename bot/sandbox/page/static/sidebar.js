// The channels, the people, the app; a drawer on a small screen.

import { h, icon, iconButton, reconcile } from "./dom.js";
import { appAvatar, avatar } from "./people.js";
import { hashOf } from "./places.js";
import { app, channels, directWith, me, people, unread } from "./store.js";
import { count, spoken, t } from "./words.js";

/** Open the drawer, on a small screen. */
export function openDrawer() {
  document.body.classList.add("has-drawer");
  document.querySelector("#sidebar a[aria-current], #sidebar a")?.focus();
}

/** Close the drawer; tell whether it was open. */
export function closeDrawer() {
  const was_open = document.body.classList.contains("has-drawer");
  document.body.classList.remove("has-drawer");
  return was_open;
}

/** Show the sidebar, with the reader at `at`. */
export function showSidebar(at) {
  const sidebar = document.getElementById("sidebar");
  sidebar.setAttribute("aria-label", t("sidebar.label"));
  const rooms = channels().filter((one) => one.kind !== "im").sort((a, b) => a.name.localeCompare(b.name));
  reconcile(sidebar, [
    { key: "head", sign: `${app().name}${spoken()}`, make: head },
    section("channels", rooms.map((one) => roomRow(one, at))),
    section("directs", people().filter((one) => !one.is_deleted).map((one) => directRow(one, at))),
    section("apps", [appRow(at)]),
  ]);
  document.title = titleWith(rooms);
}

function titleWith(rooms) {
  const waiting = rooms.reduce((sum, one) => sum + unread(one).count, 0);
  return `${waiting ? `(${waiting}) ` : ""}${t("page.title")}`;
}

function head() {
  return h("div", { class: "workspace" }, h("strong", { text: t("page.workspace") }), iconButton("close", t("sidebar.close"), closeDrawer, { class: "icon-button drawer-close" }));
}

function section(name, rows) {
  const sign = JSON.stringify(rows.map((row) => row.sign)) + spoken();
  return {
    key: name, sign,
    make: () => h("section", { "aria-labelledby": `side-${name}` }, h("h2", { id: `side-${name}`, text: t(`sidebar.${name}`) }), h("ul", {}, rows.map((row) => h("li", {}, row.make())))),
  };
}

function row({ href, is_here, is_new, number, label, picture, more }) {
  const classes = ["row", is_new ? "unread" : ""].join(" ");
  return {
    sign: JSON.stringify([href, is_here, is_new, number, label]),
    make: () => h("a", { class: classes, href, "aria-current": is_here ? "page" : null, "data-focus": href, onclick: closeDrawer },
      picture(), h("span", { class: "row-name", text: label }), more ? h("span", { class: "row-more", text: more }) : null,
      number ? h("span", { class: "count", "aria-label": count("sidebar.unread", number), text: number }) : is_new ? h("span", { class: "unseen", text: t("sidebar.new") }) : null),
  };
}

function roomRow(one, at) {
  const is_here = at.kind === "channel" && at.name === one.name;
  const { is_new, count: number } = is_here ? { is_new: false, count: 0 } : unread(one);
  return row({ href: hashOf({ kind: "channel", name: one.name }), is_here, is_new, number, label: one.name, picture: () => icon(one.kind === "group" ? "lock" : "hash") });
}

function directRow(one, at) {
  const room = directWith(one.id);
  const is_here = at.kind === "direct" && at.user === one.handle;
  const { is_new, count: number } = room && !is_here && one.id !== me().id ? unread(room) : { is_new: false, count: 0 };
  return row({ href: hashOf({ kind: "direct", user: one.handle }), is_here, is_new, number, label: one.name, more: one.id === me().id ? t("sidebar.you") : null, picture: () => avatar(one, "tiny") });
}

function appRow(at) {
  const room = directWith(app().user);
  const is_here = at.kind === "app";
  const { is_new, count: number } = room && !(is_here && at.tab === "messages") ? unread(room) : { is_new: false, count: 0 };
  const tab = number ? "messages" : "home";
  return row({ href: hashOf({ kind: "app", tab }), is_here, is_new, number, label: app().name, picture: () => appAvatar("tiny") });
}
