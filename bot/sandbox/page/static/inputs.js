// The inputs of a form: each gives a field to type in, and says when its value changes.

import { datePicker } from "./calendar.js";
import { instantOf, wallTime } from "./dates.js";
import { h } from "./dom.js";
import { isOutside, select } from "./elements.js";
import { textOf } from "./mrkdwn.js";
import { t } from "./words.js";

const HOLDS = {
  static_select: "selected_option", external_select: "selected_option", radio_buttons: "selected_option",
  multi_static_select: "selected_options", multi_external_select: "selected_options", checkboxes: "selected_options",
  users_select: "selected_user", multi_users_select: "selected_users",
  conversations_select: "selected_conversation", channels_select: "selected_channel",
  datepicker: "selected_date", timepicker: "selected_time", datetimepicker: "selected_date_time",
};

const bare = (one) => (one && typeof one === "object" ? one.value : one);

/** Return what an input's state holds, as people's hands give it back: options by their value. */
export function valueOf(element, state) {
  const held = state?.[HOLDS[element.type] ?? "value"] ?? null;
  if (isOutside(element)) return held;
  return Array.isArray(held) ? held.map(bare) : bare(held);
}

export const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** Return why a value cannot be sent, as Slack's client says it before sending; null when it can. */
export function problemOf(block, value) {
  const { element } = block;
  if (isEmpty(value)) return block.optional ? null : t("form.required");
  if (element.type === "number_input") return numberProblem(element, value);
  if (element.min_length && value.length < element.min_length) return t("form.too_short", { least: element.min_length });
  if (element.max_length && value.length > element.max_length) return t("form.too_long", { most: element.max_length });
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value)) return t("form.not_email");
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/.test(value)) return t("form.not_url");
  return null;
}

function numberProblem(element, value) {
  if (!(element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(value)) return t("form.not_number");
  if (element.min_value !== undefined && Number(value) < Number(element.min_value)) return t("form.too_small", { least: element.min_value });
  if (element.max_value !== undefined && Number(value) > Number(element.max_value)) return t("form.too_big", { most: element.max_value });
  return null;
}

/**
 * Return the field of an input block. `field.change(value, is_final)` is told of each change; a
 * text that is being typed is not final.
 */
export function inputOf(block, field) {
  return (INPUTS[block.element.type] ?? unknown)(block.element, field);
}

const unknown = (element) => h("p", { class: "unknown", text: t("block.unknown", { type: element.type }) });

const described = (field) => ({ id: field.id, "aria-describedby": field.described, "aria-required": String(field.is_required), "aria-invalid": field.is_wrong ? "true" : null, "data-focus": field.id });

function words(element, field) {
  const properties = {
    ...described(field), class: "input", value: field.value ?? "", placeholder: element.placeholder?.text, maxlength: 3000,
    oninput: (event) => field.change(event.target.value, false),
    onblur: (event) => field.change(event.target.value, true),
  };
  if (element.multiline) return h("textarea", { ...properties, rows: 4 });
  return h("input", { type: "text", autocomplete: "off", ...properties, onkeydown: (event) => { if (event.key === "Enter") field.change(event.target.value, true); } });
}

// « 1,5 » is how a French person types one and a half.
const asNumber = (typed) => typed.trim().replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");

function number(element, field) {
  return h("input", {
    ...described(field), type: "text", class: "input number", inputmode: element.is_decimal_allowed ? "decimal" : "numeric", autocomplete: "off",
    value: field.value ?? "", placeholder: element.placeholder?.text,
    oninput: (event) => field.change(asNumber(event.target.value), false),
    onblur: (event) => field.change(asNumber(event.target.value), true),
  });
}

function choice(element, field) {
  return select(element, { id: field.id, focus: field.id, more: described(field), chosen: field.value, look_up: field.look_up, is_clearable: !field.is_required, change: (value) => field.change(value, true) });
}

function date(element, field) {
  return datePicker({ id: field.id, focus: field.id, label: field.label, value: field.value, placeholder: element.placeholder?.text, change: (day) => field.change(day, true) });
}

function boxes(element, field) {
  const is_many = element.type === "checkboxes";
  const initial = [field.value ?? []].flat();
  const inputs = element.options.map((option, index) => h("input", {
    type: is_many ? "checkbox" : "radio", name: field.id, id: index ? null : field.id, value: option.value, checked: initial.includes(option.value),
    "data-focus": `${field.id}:${option.value}`, onchange: send,
  }));
  function send() {
    const values = inputs.filter((one) => one.checked).map((one) => one.value);
    field.change(is_many ? values : values[0] ?? null, true);
  }
  const rows = element.options.map((option, index) => h("label", { class: "choice" }, inputs[index], h("span", {}, textOf(option.text), option.description ? h("span", { class: "option-hint" }, textOf(option.description)) : null)));
  return h("div", { class: "choices", role: is_many ? "group" : "radiogroup", "aria-labelledby": field.labelled, "aria-describedby": field.described }, rows);
}

function timed(element, field) {
  return h("input", { ...described(field), type: "time", class: "input number", value: field.value ?? "", onchange: (event) => field.change(event.target.value || null, true) });
}

function dated(_element, field) {
  return h("input", { ...described(field), type: "datetime-local", class: "input moment", value: wallTime(field.value), onchange: (event) => field.change(instantOf(event.target.value), true) });
}

const INPUTS = {
  plain_text_input: words, email_text_input: words, url_text_input: words, number_input: number,
  static_select: choice, multi_static_select: choice, external_select: choice, multi_external_select: choice, users_select: choice, multi_users_select: choice,
  conversations_select: choice, channels_select: choice,
  datepicker: date, timepicker: timed, datetimepicker: dated, radio_buttons: boxes, checkboxes: boxes,
};
