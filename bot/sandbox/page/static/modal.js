// The forms that the app opens: typed, checked, sent; redrawn while one types, stacked up to three.

import { act, actInOrder } from "./api.js";
import { blockOf } from "./blocks.js";
import { h, iconButton, reconcile } from "./dom.js";
import { inputOf, problemOf, valueOf } from "./inputs.js";
import { textOf } from "./mrkdwn.js";
import { views } from "./store.js";
import { spoken, t } from "./words.js";

const SEND_AFTER_MS = 350;
let form = null;
let back = null;

/** Show the form on top of the reader's stack, or none. */
export function showModal() {
  const stack = views();
  const view = stack.at(-1);
  if (!view) { close(); return; }
  if (form?.id !== view.id || form.language !== spoken()) open(view);
  form.view = view;
  form.depth = stack.length;
  show();
}

function open(view) {
  if (!form) back = document.activeElement;
  form?.dialog.remove();
  const title = h("h2", { id: "modal-title" });
  const body = h("form", { class: "modal-body", id: "modal-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(); } });
  const problem = h("p", { class: "modal-problem", role: "alert", hidden: true });
  const foot = h("footer", { class: "modal-foot" });
  const head = h("header", { class: "modal-head" });
  const dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title", oncancel: (event) => { event.preventDefault(); leave(); }, onkeydown: onKey }, head, problem, body, foot);
  form = { id: view.id, language: spoken(), dialog, head, title, body, foot, problem, values: new Map(), pending: new Map(), errors: {}, is_busy: false, timer: null };
  document.body.append(dialog);
  dialog.showModal();
  form.is_new = true;
}

function close() {
  if (!form) return;
  clearTimeout(form.timer);
  form.dialog.close();
  form.dialog.remove();
  form = null;
  if (back?.isConnected) back.focus({ preventScroll: true });
}

function onKey(event) {
  if (event.key === "Escape") { event.preventDefault(); leave(); }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submit(); }
}

async function leave() {
  const { id } = form;
  await flush();
  const answer = await actInOrder("close", { view: id });
  if (answer.is_acked === false) fail(t("form.failed"));
}

async function leaveAll() {
  for (const view of [...views()].reverse()) await actInOrder("close", { view: view.id });
}

function show() {
  const { view } = form;
  form.title.replaceChildren(...textOf(view.title));
  showHead();
  reconcile(form.body, view.blocks.map((block) => ({ key: block.block_id, sign: signOf(block), make: () => made(block) })));
  showFoot();
  if (form.is_new) enter();
}

/** Focus the first field; the button below until there is one: a form may open while it loads. */
function enter() {
  const first = form.body.querySelector("[data-focus]");
  const is_waiting = !form.has_entered || form.foot.contains(document.activeElement);
  if (is_waiting && (first || !form.has_entered)) (first ?? form.foot.querySelector("button"))?.focus();
  form.has_entered = true;
  form.is_new = is_waiting && !first;
}

function showHead() {
  const back = () => iconButton("back", t("form.back"), leave, { "data-focus": "" });
  const close = () => iconButton("close", t("form.close"), leaveAll, { "data-focus": "" });
  reconcile(form.head, [
    ...(form.depth > 1 ? [{ key: "back", sign: spoken(), make: back }] : []),
    { key: "title", sign: "", make: () => form.title },
    { key: "close", sign: spoken(), make: close },
  ]);
}

// What is typed stays when the app redraws the form, so what it starts from is no change.
function signOf(block) {
  const shape = JSON.stringify(block, (key, value) => (block.type === "input" && key.startsWith("initial_") ? undefined : value));
  return `${shape}|${form.errors[block.block_id] ?? ""}|${spoken()}`;
}

function showFoot() {
  const { view } = form;
  const sign = JSON.stringify([view.submit, view.close, view.submit_disabled, form.is_busy, spoken()]);
  reconcile(form.foot, [{ key: "foot", sign, make: () => h("div", { class: "dialog-buttons" },
    h("button", { type: "button", class: "button", "data-focus": "close", onclick: leave }, view.close ? textOf(view.close) : t("form.cancel")),
    view.submit ? h("button", { type: "submit", form: "modal-form", class: "button primary filled", "data-focus": "submit", "aria-busy": String(form.is_busy), disabled: view.submit_disabled }, textOf(view.submit)) : null) }]);
}

function made(block) {
  if (block.type !== "input") {
    return blockOf(block, { surface: "modal", look_up: (words) => lookUp(block, words), act: press });
  }
  const { element } = block;
  const id = `field-${block.block_id}-${element.action_id}`;
  const error = form.errors[block.block_id];
  const field = {
    id, value: typedIn(block), label: block.label.text, labelled: `${id}-label`, described: `${id}-hint`,
    is_required: !block.optional, is_wrong: Boolean(error), look_up: (words) => lookUp(block, words), change: (next, is_final) => change(block, next, is_final),
  };
  return h("div", { class: error ? "block field wrong" : "block field" },
    h("label", { for: id, id: `${id}-label` }, textOf(block.label), block.optional ? h("span", { class: "optional", text: t("form.optional") }) : null),
    inputOf(block, field),
    h("div", { id: `${id}-hint` }, error ? h("p", { class: "field-error", text: error }) : null, block.hint ? h("p", { class: "hint" }, textOf(block.hint)) : null));
}

// An app that changes the id of an action wants a new field: what was typed is not kept.
const nameOf = (block) => `${block.block_id}/${block.element.action_id}`;

const lookUp = async (block, words) => (await act("look-up", { view: form.id, block: block.block_id, words })).options ?? [];

async function press(element, choice) {
  const { id } = form;
  await flush();
  return actInOrder("click", { view: id, action: element.action_id, value: element.value, choice });
}

function change(block, value, is_final) {
  const name = block.block_id;
  if (same(typedIn(block) ?? "", value ?? "") && !(is_final && form.pending.has(name))) return;
  form.values.set(nameOf(block), value);
  if (form.errors[name]) { delete form.errors[name]; clearError(name); }
  if (problemOf(block, value) && value) { form.pending.delete(name); return; }
  form.pending.set(name, value);
  clearTimeout(form.timer);
  form.timer = setTimeout(flush, is_final ? 0 : SEND_AFTER_MS);
}

/** Return what an input holds: what was typed here, or what the workspace knows. */
function typedIn(block) {
  if (form.values.has(nameOf(block))) return form.values.get(nameOf(block));
  return valueOf(block.element, form.view.state.values[block.block_id]?.[block.element.action_id]);
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function clearError(name) {
  const field = form.body.known?.get(name)?.node;
  field?.classList.remove("wrong");
  field?.querySelector(".field-error")?.remove();
  const kept = form.body.known?.get(name);
  if (kept) kept.sign = signOf(form.view.blocks.find((block) => block.block_id === name));
}

/** Tell the workspace what was typed and not told yet; what the app listens to goes last. */
async function flush() {
  if (!form) return;
  clearTimeout(form.timer);
  const { id, pending, view } = form;
  if (!pending.size) return;
  const listened = new Set(view.blocks.filter((block) => block.dispatch_action).map((block) => block.block_id));
  const sorted = [...pending.entries()].sort((a, b) => Number(listened.has(a[0])) - Number(listened.has(b[0])));
  form.pending = new Map();
  await actInOrder("fill", { view: id, values: Object.fromEntries(sorted) });
}

async function submit() {
  if (form.is_busy) return;
  form.problem.hidden = true;
  form.errors = localProblems();
  if (Object.keys(form.errors).length) { showErrors(); return; }
  const sent = form;
  sent.is_busy = true;
  showFoot();
  await flush();
  const answer = await actInOrder("submit", { view: sent.id, values: {} });
  sent.is_busy = false;
  if (form !== sent) return;
  sent.errors = answer.errors ?? {};
  if (!answer.ok || answer.is_acked === false) fail(t("form.failed"));
  showErrors();
}

function localProblems() {
  const found = {};
  for (const block of form.view.blocks.filter((one) => one.type === "input")) {
    const problem = problemOf(block, typedIn(block));
    if (problem) found[block.block_id] = problem;
  }
  return found;
}

function showErrors() {
  show();
  const first = form.view.blocks.find((block) => form.errors[block.block_id]);
  if (!first) return;
  const node = form.body.known.get(first.block_id).node;
  node.scrollIntoView({ block: "center" });
  node.querySelector("[data-focus]")?.focus({ preventScroll: true });
}

function fail(words) {
  if (!form) return;
  form.problem.textContent = words;
  form.problem.hidden = false;
}
