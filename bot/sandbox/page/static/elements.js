// What can be pressed or chosen in a block: buttons, menus, selects, dates.
//
// `context.act(element, choice)` tells the app; it resolves to what the workspace answered.

import { datePicker } from "./calendar.js";
import { among, combobox } from "./combobox.js";
import { instantOf, wallTime } from "./dates.js";
import { h, icon, say } from "./dom.js";
import { confirmed, openMenu } from "./floats.js";
import { textOf } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { channels, people } from "./store.js";
import { t } from "./words.js";

/** Return an interactive element of a section or of actions. */
export function interactive(element, context) {
  return (ELEMENTS[element.type] ?? unknown)(element, context);
}

const unknown = (element) => h("span", { class: "unknown", text: t("block.unknown", { type: element.type }) });

async function tell(element, context, choice) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  const answer = await context.act(element, choice);
  if (!answer.ok || answer.is_acked === false) say(t("action.failed"));
}

function button(element, context) {
  const style = ["button", element.style ?? "", context.surface === "modal" ? "" : "small"].join(" ");
  const label = element.accessibility_label ?? null;
  const focus = `press:${element.action_id}:${element.value ?? ""}`;
  if (element.url) return h("a", { class: style, href: element.url, target: "_blank", rel: "noopener noreferrer", "aria-label": label, onclick: () => context.act(element) }, textOf(element.text));
  const made = h("button", { type: "button", class: style, "aria-label": label, "data-focus": focus, onclick: press }, textOf(element.text));
  async function press() {
    if (made.getAttribute("aria-busy") === "true") return;
    if (element.confirm && !(await confirmed(element.confirm))) return;
    made.setAttribute("aria-busy", "true");
    await tell({ ...element, confirm: null }, context);
    made.removeAttribute("aria-busy");
  }
  return made;
}

function overflow(element, context) {
  const items = () => element.options.map((option) => ({
    label: textOf(option.text),
    hint: option.description?.text,
    act: () => tell(element, context, option.value),
  }));
  const open = () => openMenu(made, items(), { label: t("message.more") });
  const made = h("button", { type: "button", class: "button small overflow", "aria-haspopup": "menu", "aria-label": t("message.more"), onclick: open }, icon("dots"));
  return made;
}

function menu(element, context) {
  return select(element, { chosen: element.initial_option ?? element.initial_options ?? element.initial_user ?? element.initial_users ?? null, label: element.placeholder?.text ?? t("form.choose"), focus: `choose:${element.action_id}`, look_up: context.look_up, is_clearable: false, change: (value) => tell(element, context, value) });
}

function date(element, context) {
  return datePicker({ value: element.initial_date ?? null, placeholder: element.placeholder?.text, label: element.placeholder?.text ?? t("form.choose_date"), change: (day) => tell(element, context, day) });
}

function choices(element, context) {
  const name = `c${Math.random()}`;
  const is_many = element.type === "checkboxes";
  const initial = (element.initial_options ?? [element.initial_option]).filter(Boolean).map((one) => one.value);
  const inputs = element.options.map((option) => h("input", { type: is_many ? "checkbox" : "radio", name, value: option.value, checked: initial.includes(option.value), onchange: send }));
  function send() {
    const values = inputs.filter((one) => one.checked).map((one) => one.value);
    tell(element, context, is_many ? values : values[0]);
  }
  return h("div", { class: "choices" }, element.options.map((option, index) => h("label", { class: "choice" }, inputs[index], h("span", {}, textOf(option.text)))));
}

const ELEMENTS = {
  button, overflow,
  static_select: menu, users_select: menu, conversations_select: menu, channels_select: menu,
  multi_static_select: menu, multi_users_select: menu, external_select: menu, multi_external_select: menu,
  datepicker: date, radio_buttons: choices, checkboxes: choices,
  datetimepicker: (element, context) => h("input", { type: "datetime-local", class: "input", value: wallTime(element.initial_date_time), "aria-label": t("form.choose_date"), onchange: (event) => tell(element, context, instantOf(event.target.value)) }),
  timepicker: (element, context) => h("input", { type: "time", class: "input", value: element.initial_time ?? "", "aria-label": element.placeholder?.text ?? t("form.choose"), onchange: (event) => tell(element, context, event.target.value) }),
  image: (element) => h("span", { class: "picture", role: "img", "aria-label": element.alt_text, title: element.alt_text, text: "🖼" }),
};

const asOption = (option, group) => ({ value: option.value, label: option.text.text, hint: option.description?.text, group, whole: option });
const asPerson = (one) => ({ value: one.id, label: one.name, hint: one.title, picture: avatar(one, "tiny") });
const asRoom = (one) => ({ value: one.id, label: `#${one.name}` });

/** Return every option a select offers, by its kind. */
function offered(element) {
  if (element.type.endsWith("users_select")) return people().filter((one) => !one.is_deleted).map(asPerson);
  if (/^(channels|conversations)_/.test(element.type)) return channels().filter((one) => one.kind !== "im").map(asRoom);
  const groups = (element.option_groups ?? []).flatMap((group) => group.options.map((one) => asOption(one, group.label.text)));
  return [...(element.options ?? []).map((one) => asOption(one)), ...groups];
}

/** Return whether the options of a select are the app's to find. */
export const isOutside = (element) => element.type.endsWith("external_select");

/**
 * Return the select of an element. `chosen` is its state's value: an id, an option, or several.
 *
 * `change` is told of the value as the workspace wants it: ids, or the whole option found outside.
 */
export function select(element, { chosen, change, look_up, ...more }) {
  const is_many = element.type.startsWith("multi_");
  const is_outside = isOutside(element);
  const options = is_outside ? [] : offered(element);
  const wanted = [chosen ?? []].flat();
  const known = wanted.map((one) => (typeof one === "string" ? options.find((option) => option.value === one) : asOption(one))).filter(Boolean);
  const least = element.min_query_length ?? 3;
  const search = async (words) => (words.length < least ? [] : (await look_up(words)).map((one) => asOption(one)));
  const told = (found) => {
    const values = found.map((one) => (is_outside ? one.whole : one.value));
    change(is_many ? values : values[0] ?? null);
  };
  return combobox({ ...more, chosen: known, is_many, most: element.max_selected_items, placeholder: element.placeholder?.text ?? t(is_outside ? "form.search" : "form.choose"), find: is_outside ? search : among(options), change: told });
}
