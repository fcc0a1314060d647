// Where people write: Enter sends, `/` offers the app's commands, `@` the people, `#` the channels.

import { act } from "./api.js";
import { h, icon, iconButton, say } from "./dom.js";
import { openMenu } from "./floats.js";
import { appAvatar, avatar } from "./people.js";
import { app, channels, people } from "./store.js";
import { t } from "./words.js";

const drafts = new Map();
let made = 0;

const escaped = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const simple = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const literal = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Return what was typed as Slack sends it: escaped, names turned to mentions. */
export function asMarkup(words) {
  let found = escaped(words);
  const names = [...people().map((one) => [one.name, one.id]), [app().name, app().user]].sort((a, b) => b[0].length - a[0].length);
  for (const [name, id] of names) found = found.replace(new RegExp(`@${literal(escaped(name))}(?![\\p{L}\\d])`, "gu"), `<@${id}>`);
  for (const one of channels().filter((room) => room.kind !== "im")) found = found.replace(new RegExp(`(^|\\s)#${literal(one.name)}(?![\\w-])`, "g"), `$1<#${one.id}|${one.name}>`);
  return found.replace(/(^|\s)@(channel|here|everyone)\b/g, "$1<!$2>");
}

/**
 * Return a composer. `key` is whose draft it keeps; `target()` says where to write:
 * { channel } or { to }, and maybe { thread }.
 */
export function composer({ key, placeholder, target, sent }) {
  const list_id = `complete-${++made}`;
  const state = { offered: [], at: 0 };
  const input = h("textarea", {
    class: "composer-input", rows: 1, placeholder, "aria-label": placeholder, role: "combobox", "aria-expanded": "false", "aria-controls": list_id, "aria-autocomplete": "list",
    "data-focus": `composer:${key}`, value: drafts.get(key) ?? "", oninput: typed, onkeydown: onKey, onblur: () => offer([]),
  });
  const list = h("div", { class: "complete", id: list_id, role: "listbox", "aria-label": t("composer.offers"), hidden: true, onpointerdown: (event) => event.preventDefault() });
  const note = h("p", { class: "composer-note", role: "alert", hidden: true });
  const send = h("button", { type: "button", class: "send", "aria-label": t("composer.send"), title: t("composer.send"), onclick: () => submit() }, icon("send"));
  const plus = iconButton("plus", t("composer.shortcuts"), () => openMenu(plus, shortcuts(), { label: t("composer.shortcuts") }), { "aria-haspopup": "menu" });
  const at = iconButton("at", t("composer.mention"), () => insert("@"));
  const slash = h("button", { type: "button", class: "icon-button slash", "aria-label": t("composer.command"), title: t("composer.command"), onclick: () => { input.value = "/"; input.focus(); typed(); }, text: "/" });
  const box = h("div", { class: "composer" }, note, h("div", { class: "composer-box" }, list, input, h("div", { class: "composer-row" }, plus, at, slash, h("span", { class: "spring" }), send)));

  function insert(sign) {
    const start = input.selectionStart;
    const space = start && !/\s/.test(input.value[start - 1]) ? " " : "";
    input.setRangeText(`${space}${sign}`, start, input.selectionEnd, "end");
    input.focus();
    typed();
  }

  function shortcuts() {
    const found = app().shortcuts.filter((one) => one.type === "global");
    return found.map((one) => ({ label: one.name, hint: one.description, act: () => use(one) }));
  }

  async function use(one) {
    const answer = await act("shortcut", { callback: one.callback_id });
    if (!answer.ok || answer.is_acked === false) say(t("action.failed"));
  }

  function typed() {
    drafts.set(key, input.value);
    note.hidden = true;
    send.classList.toggle("ready", Boolean(input.value.trim()));
    input.style.setProperty("height", "auto");
    input.style.setProperty("height", `${Math.min(input.scrollHeight, 200)}px`);
    offer(offers(input.value, input.selectionStart));
  }

  function offers(words, caret) {
    const before = words.slice(0, caret);
    const command = before.match(/^\/(\S*)$/);
    if (command) return commands(command[1]);
    const name = before.match(/(?:^|\s)@([\p{L}\d' -]{0,30})$/u);
    if (name) return names(name[1], caret);
    const channel = before.match(/(?:^|\s)#([\w-]*)$/);
    return channel ? rooms(channel[1], caret) : [];
  }

  function commands(wanted) {
    const found = app().commands.filter((one) => one.command.startsWith(`/${wanted}`)).map((one) => ({
      label: one.command, more: one.usage_hint ? `[${one.usage_hint}]` : "", hint: one.description, picture: appAvatar("tiny"),
      take: () => { input.value = `${one.command} `; },
    }));
    const used = app().shortcuts.filter((one) => one.type === "global" && simple(one.name).includes(simple(wanted))).map((one) => ({
      label: one.name, hint: one.description, picture: appAvatar("tiny"), take: () => { input.value = ""; use(one); },
    }));
    return [...found, ...used];
  }

  function names(wanted, caret) {
    const everybody = [...people().map((one) => ({ label: one.name, more: one.title, picture: avatar(one, "tiny") })), { label: app().name, more: t("message.app"), picture: appAvatar("tiny") }];
    const found = everybody.filter((one) => simple(one.label).split(/[\s-]+/).concat(simple(one.label)).some((word) => word.startsWith(simple(wanted.trim()))));
    if (wanted.includes(" ") && !found.length) return [];
    return found.map((one) => ({ ...one, take: () => replaceBefore(caret, wanted.length + 1, `@${one.label} `) }));
  }

  function rooms(wanted, caret) {
    return channels().filter((one) => one.kind !== "im" && one.name.startsWith(wanted)).map((one) => ({
      label: `#${one.name}`, take: () => replaceBefore(caret, wanted.length + 1, `#${one.name} `),
    }));
  }

  function replaceBefore(caret, length, words) {
    input.setRangeText(words, caret - length, caret, "end");
  }

  function offer(found) {
    state.offered = found;
    state.at = 0;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    list.replaceChildren(...found.map((one, index) => h("div", { role: "option", id: `${list_id}-${index}`, class: "combo-option", onclick: () => take(one) },
      one.picture ?? null, h("span", {}, h("span", { class: "option-label" }, h("strong", { text: one.label }), one.more ? h("span", { class: "option-more", text: one.more }) : null), one.hint ? h("span", { class: "option-hint", text: one.hint }) : null))));
    mark();
  }

  function mark() {
    list.querySelectorAll("[role=option]").forEach((one, index) => {
      one.classList.toggle("at", index === state.at);
      one.setAttribute("aria-selected", String(index === state.at));
      if (index === state.at) { input.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); }
    });
    if (!state.offered.length) input.removeAttribute("aria-activedescendant");
  }

  function take(one) {
    one.take();
    input.focus();
    typed();
    offer([]);
  }

  function onKey(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (state.offered.length && step) {
      event.preventDefault();
      state.at = (state.at + step + state.offered.length) % state.offered.length;
      mark();
    } else if (state.offered.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      event.preventDefault();
      take(state.offered[state.at]);
    } else if (state.offered.length && event.key === "Escape") {
      event.stopPropagation();
      offer([]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  }

  async function submit() {
    const words = input.value.trim();
    if (!words) return;
    const command = words.match(/^(\/[\w-]+)\s*([\s\S]*)$/);
    const problem = command && !target().channel ? t("composer.command_where") : command ? problemOf(command[1]) : null;
    if (problem) { refuse(problem); return; }
    input.value = "";
    typed();
    const answer = command
      ? await act("command", { ...target(), name: command[1], text: asMarkup(command[2]) })
      : await act("write", { ...target(), text: asMarkup(words) });
    if (!answer.ok || answer.is_acked === false) {
      input.value = words;
      typed();
      refuse(command ? t("composer.command_failed", { command: command[1] }) : t("action.failed"));
    } else sent?.(answer);
  }

  function problemOf(name) {
    if (target().thread) return t("composer.no_thread_command", { command: name });
    if (!app().commands.some((one) => one.command === name)) return t("composer.unknown_command", { command: name });
    return null;
  }

  function refuse(words) {
    note.textContent = words;
    note.hidden = false;
  }

  setTimeout(typed);
  return box;
}

/** Put words in a composer, made or not yet: where the guide leads. */
export function prepare(key, words) {
  drafts.set(key, words);
  const input = document.querySelector(`[data-focus="${CSS.escape(`composer:${key}`)}"]`);
  if (!input) return;
  input.value = words;
  input.focus();
  input.dispatchEvent(new Event("input"));
}
