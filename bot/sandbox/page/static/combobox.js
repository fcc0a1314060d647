// A field that offers choices as one types: every select of a form, and of a message.

import { stand } from "./floats.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const FIND_AFTER_MS = 200;
let made = 0;

const simple = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

/**
 * Return a combobox. Options have `value`, `label`, maybe `hint`, `group` and `picture`.
 *
 * `find` gives the options for what is typed, now or later; `change` is told of the options chosen.
 * Arrows move in the list, Enter chooses, Escape closes it, Backspace takes the last one back.
 */
export function combobox({ chosen, is_many, most, find, change, label, placeholder, id, focus, is_clearable = true, more = {} }) {
  const list_id = `list-${++made}`;
  const state = { chosen: [...chosen], shown: [], at: -1, is_open: false, asked: 0 };
  const input = h("input", {
    id, type: "text", role: "combobox", class: "combo-input", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": list_id, "aria-autocomplete": "list",
    "aria-label": label, "data-focus": focus, ...more,
    oninput: () => look(), onfocus: () => input.select(), onclick: () => look(""), onkeydown: (event) => onKey(event),
    onblur: () => { close(); rest(); },
  });
  const list = h("div", { class: "combo-list", role: "listbox", id: list_id, "aria-label": label ?? placeholder, hidden: true, onpointerdown: (event) => event.preventDefault() });
  const chips = h("span", { class: "chips" });
  const clear = h("button", { type: "button", class: "combo-clear", tabindex: "-1", "aria-label": t("form.clear"), title: t("form.clear"), onclick: () => { choose(null); input.focus(); } }, icon("close"));
  const box = h("div", { class: "combo", onclick: () => input.focus() }, chips, input, clear, h("span", { class: "combo-arrow" }, icon("down")), list);

  function rest() {
    input.value = is_many ? "" : state.chosen[0]?.label ?? "";
    input.placeholder = is_many && state.chosen.length ? "" : placeholder ?? "";
    clear.hidden = is_many || !is_clearable || !state.chosen.length;
    chips.replaceChildren(...(is_many ? state.chosen.map(chip) : []));
  }

  function chip(option) {
    const drop = () => choose(option);
    return h("span", { class: "chip" }, option.label,
      h("button", { type: "button", tabindex: "-1", "aria-label": t("form.remove", { name: option.label }), onclick: drop }, icon("close")));
  }

  async function look(words = input.value) {
    const asked = ++state.asked;
    open();
    const found = find(words);
    if (found instanceof Promise) {
      list.replaceChildren(h("div", { class: "combo-none", text: t("form.searching") }));
      await new Promise((resolve) => setTimeout(resolve, FIND_AFTER_MS));
    }
    const options = await (asked === state.asked ? found : []);
    if (asked === state.asked && state.is_open) show(options);
  }

  function show(options) {
    state.shown = options;
    state.at = Math.max(0, options.findIndex((one) => isChosen(one)));
    const rows = [];
    options.forEach((option, index) => {
      if (option.group && option.group !== options[index - 1]?.group) rows.push(h("div", { class: "combo-group", text: option.group }));
      rows.push(row(option, index));
    });
    list.replaceChildren(...(rows.length ? rows : [h("div", { class: "combo-none", text: t("form.no_option") })]));
    mark();
    stand(list, box);
  }

  function row(option, index) {
    return h("div", { role: "option", id: `${list_id}-${index}`, class: "combo-option", "aria-selected": String(isChosen(option)), onclick: (event) => { event.stopPropagation(); choose(option); } },
      option.picture ?? null,
      h("span", {}, h("span", { class: "option-label", text: option.label }), option.hint ? h("span", { class: "option-hint", text: option.hint }) : null),
      isChosen(option) ? icon("check") : null);
  }

  function mark() {
    list.querySelectorAll("[role=option]").forEach((one, index) => {
      one.classList.toggle("at", index === state.at);
      if (index === state.at) { input.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); }
    });
  }

  const isChosen = (option) => state.chosen.some((one) => one.value === option.value);

  function choose(option) {
    if (!option) state.chosen = [];
    else if (!is_many) state.chosen = [option];
    else if (isChosen(option)) state.chosen = state.chosen.filter((one) => one.value !== option.value);
    else if (!most || state.chosen.length < most) state.chosen = [...state.chosen, option];
    rest();
    close();
    change(state.chosen);
  }

  function open() {
    state.is_open = true;
    list.hidden = false;
    list.style.setProperty("width", `${box.getBoundingClientRect().width}px`);
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    state.is_open = false;
    list.hidden = true;
    state.at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!state.is_open) { look(""); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      state.at = (state.at + step + state.shown.length) % Math.max(1, state.shown.length);
      mark();
    } else if (event.key === "Enter" && state.is_open) {
      event.preventDefault();
      event.stopPropagation();
      if (state.shown[state.at]) choose(state.shown[state.at]);
    } else if (event.key === "Escape" && state.is_open) {
      event.preventDefault();
      event.stopPropagation();
      close();
      rest();
    } else if (event.key === "Backspace" && is_many && !input.value && state.chosen.length) choose(state.chosen.at(-1));
  }

  rest();
  return box;
}

/** Return a `find` over options known in advance: each word typed begins a word of theirs. */
export function among(options) {
  return (words) => {
    const wanted = simple(words).split(/\s+/).filter(Boolean);
    return options.filter((one) => wanted.every((word) => ` ${simple(`${one.label} ${one.hint ?? ""}`)}`.includes(word)));
  };
}
