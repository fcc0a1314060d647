// Above the workspace: who one is, one click each, and the clock, which can be moved.

import { act, readAbout } from "./api.js";
import { dayOf, full, moment, time } from "./dates.js";
import { h, icon, iconButton, reconcile, say } from "./dom.js";
import { openMenu } from "./floats.js";
import { avatar } from "./people.js";
import { mrkdwn } from "./mrkdwn.js";
import { addressAs, messageHash, placeOf } from "./places.js";
import { desk, me, message, now, people, told } from "./store.js";
import { openGuide } from "./guide.js";
import { count, spoken, t } from "./words.js";

let is_moving = false;
let news = null;

/** Show the bar. */
export function showBar() {
  const bar = document.getElementById("bar");
  bar.setAttribute("aria-label", t("bar.label"));
  reconcile(bar, [
    { key: "who", sign: JSON.stringify([people(), location.hash, spoken()]), make: faces },
    { key: "clock", sign: JSON.stringify([moment(now()), desk().jumps, is_moving, spoken()]), make: clock },
    { key: "tools", sign: JSON.stringify([spoken(), document.documentElement.dataset.theme]), make: tools },
  ]);
  showNews();
}

function faces() {
  const here = (one) => h("a", {
    class: "face", href: addressAs(one.handle), "data-focus": `as:${one.handle}`, "aria-current": one.id === me().id ? "true" : null,
    title: t("bar.become", { name: one.name, title: one.title }), "aria-label": t("bar.become", { name: one.name, title: one.title }),
  }, avatar(one, "small"));
  const small = h("button", { type: "button", class: "become", "aria-haspopup": "menu", "data-focus": "become", onclick: () => openMenu(small, choices(), { label: t("bar.who") }) }, avatar(me(), "small"), icon("down"));
  return h("div", { class: "who", role: "group", "aria-label": t("bar.who") }, h("span", { class: "bar-label", text: t("bar.you_are") }), h("span", { class: "faces" }, people().map(here)), small, h("strong", { class: "who-name", text: `${me().name} · ${me().title}` }));
}

const choices = () => people().map((one) => ({ label: one.name, hint: one.title, href: addressAs(one.handle), is_on: one.id === me().id }));

function clock() {
  const words = h("time", { title: full(now()) }, moment(now()));
  if (!desk().has_desk) return h("div", { class: "clock" }, icon("clock"), words);
  // What was next may be past, or moved in another window.
  const open = async () => { await readAbout(); openMenu(button, jumps(), { label: t("clock.move") }); };
  const button = h("button", { type: "button", class: "clock", "aria-haspopup": "menu", "aria-label": t("clock.move_from", { now: moment(now()) }), "aria-busy": String(is_moving), disabled: is_moving, "data-focus": "clock", onclick: open }, icon("clock"), words, icon("down"));
  return h("div", { class: "clock-box" }, button);
}

const jumps = () => desk().jumps.map((one) => ({ label: t(`clock.${one.key}`), hint: one.at ? moment(new Date(one.at * 1000)) : null, act: () => jump(one.key) }));

/** Move the clock, and say what happened meanwhile. */
export async function jump(key) {
  is_moving = true;
  news = null;
  told();
  say(t("clock.moving"));
  const answer = await act("jump", { key });
  await readAbout();
  is_moving = false;
  if (answer.ok) news = answer;
  say(answer.ok ? happened(answer) : t("action.failed"), { is_shown: !answer.ok });
  told();
}

const happened = ({ happened: found, others }) => (found.length + others ? count("clock.happened", found.length + others) : t("clock.nothing"));

function showNews() {
  const frame = document.getElementById("frame");
  frame.querySelector(".news")?.remove();
  if (!news) return;
  const close = () => { news = null; showNews(); };
  frame.append(h("section", { class: "news", "aria-label": t("clock.meanwhile") },
    h("header", {}, h("h2", { text: happened(news) }), iconButton("close", t("clock.close"), close)),
    h("ul", {}, news.happened.map((one) => newsItem(one, close))),
    news.others ? h("p", { text: count("clock.others", news.others) }) : null));
}

function newsItem(one, close) {
  const at = placeOf(one.channel);
  const words = message(one.channel, one.ts)?.text ?? "";
  const name = at?.kind === "channel" ? `#${at.name}` : t("clock.direct");
  return h("li", {}, h("a", { href: messageHash(one.channel, one.ts) ?? "#/", onclick: close }, h("span", { class: "news-where", text: `${happenedAt(new Date(one.at * 1000))} · ${name}` }), h("span", { class: "news-words", text: plain(words) })));
}

const happenedAt = (date) => (dayOf(date) === dayOf(now()) ? time(date) : moment(date));

/** Return a message's text on one line, as it is read. */
export const plain = (words) => h("span", {}, mrkdwn(words)).textContent;

function tools() {
  const other = spoken() === "fr" ? "en" : "fr";
  const is_dark = document.documentElement.dataset.theme === "dark";
  return h("div", { class: "bar-tools" },
    h("button", { type: "button", class: "bar-button", lang: other, "data-focus": "language", "aria-label": t("bar.language"), title: t("bar.language"), onclick: () => keep("language", other), text: other.toUpperCase() }),
    iconButton(is_dark ? "sun" : "moon", t(is_dark ? "bar.light" : "bar.dark"), () => keep("theme", is_dark ? "light" : "dark"), { "data-focus": "theme" }),
    desk().guide.length ? iconButton("help", t("guide.open"), openGuide, { "data-focus": "guide" }) : null);
}

function keep(name, value) {
  localStorage.setItem(`page.${name}`, value);
  dispatchEvent(new Event("tastes"));
}
