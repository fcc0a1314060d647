// Block Kit, as elements. Unknown blocks are named, never left out in silence.

import { charts } from "./charts.js";
import { h, icon } from "./dom.js";
import { interactive } from "./elements.js";
import { inputOf } from "./inputs.js";
import { markdown } from "./markdown.js";
import { mrkdwn, textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./tables.js";
import { t } from "./words.js";

/**
 * Return the elements of blocks. `context` has the `surface` (message, modal, home) and `act`.
 */
export function blocksOf(blocks, context) {
  return blocks.map((block) => blockOf(block, context));
}

/** Return the element of one block; a form makes its own inputs, which it sends when it is submitted. */
export function blockOf(block, context) {
  const make = BLOCKS[block.type];
  return make ? make(block, context) : h("p", { class: "unknown", text: t("block.unknown", { type: block.type }) });
}

function section(block, context) {
  const accessory = block.accessory && h("div", { class: "accessory" }, interactive(block.accessory, context));
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textOf(field))));
  return h("div", { class: "block section" }, h("div", { class: "section-text" }, textOf(block.text), fields), accessory);
}

function contextBlock(block) {
  return h("div", { class: "block context" }, block.elements.map((element) => (element.type === "image" ? image(element) : h("span", {}, textOf(element)))));
}

// A picture elsewhere is not fetched: nothing leaves this machine. Its words stand for it.
const image = (block) => h("span", { class: "picture" }, icon("file"), block.alt_text);

// Outside a form there is nothing to submit: what is typed is told when it is done, if the app listens.
function input(block, context) {
  const { element } = block;
  const id = `field-${block.block_id}-${element.action_id}`;
  let told = element.initial_value ?? "";
  const change = (value, is_final) => {
    if (!is_final || !block.dispatch_action || value === told) return;
    told = value;
    context.act(element, value ?? "");
  };
  const field = { id, value: told, raw: told, label: block.label.text, labelled: `${id}-label`, described: `${id}-hint`, is_required: !block.optional, look_up: context.look_up, change };
  return h("div", { class: "block field" },
    h("label", { for: id, id: `${id}-label` }, textOf(block.label)),
    inputOf(block, field),
    h("div", { id: `${id}-hint` }, block.hint ? h("p", { class: "hint" }, textOf(block.hint)) : null));
}

const BLOCKS = {
  input,
  section,
  context: contextBlock,
  header: (block) => h("h3", { class: "block header" }, textOf(block.text)),
  divider: () => h("hr", { class: "block divider" }),
  actions: (block, context) => h("div", { class: "block actions" }, block.elements.map((element) => interactive(element, context))),
  image: (block) => h("figure", { class: "block" }, block.title ? h("figcaption", {}, textOf(block.title)) : null, image(block)),
  rich_text: (block) => h("div", { class: "block" }, richText(block)),
  markdown: (block) => h("div", { class: "block" }, markdown(block.text)),
  alert: (block) => h("div", { class: `block alert ${block.level ?? "default"}`, role: "note" }, icon("warning"), h("div", {}, textOf(block.text))),
  data_visualization: (block) => charts(block),
  data_table: (block, context) => table(block, context),
  table: (block, context) => table(block, context),
};

/** Return the content of a message: its blocks, or its text. */
export function contentOf(message, context) {
  if (message.blocks?.length) return blocksOf(message.blocks, context);
  return [h("div", { class: "block section" }, h("div", { class: "section-text" }, mrkdwn(message.text ?? "")))];
}
