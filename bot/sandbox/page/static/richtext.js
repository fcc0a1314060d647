// rich_text blocks, as elements.

import { dateToken } from "./dates.js";
import { h } from "./dom.js";
import { emojiOf, mention, room } from "./mrkdwn.js";
import { linkTo } from "./places.js";

/** Return the elements of a rich_text block. */
export function richText(block) {
  const found = [];
  for (const part of block.elements ?? []) {
    if (part.type === "rich_text_list") addList(found, part);
    else found.push(...(PARTS[part.type] ?? (() => []))(part));
  }
  return found.map(({ node }) => node);
}

const of = (node) => [{ node }];

const PARTS = {
  rich_text_section: (part) => of(h("div", { class: "rich" }, part.elements.map(element))),
  rich_text_quote: (part) => of(h("blockquote", {}, part.elements.map(element))),
  rich_text_preformatted: (part) => of(h("pre", { class: "code" }, part.elements.map((one) => one.text ?? one.url ?? ""))),
};

function addList(found, part) {
  const items = part.elements.map((item) => h("li", {}, (item.elements ?? []).map(element)));
  const tag = part.style === "ordered" ? "ol" : "ul";
  const start = tag === "ol" && part.offset ? { start: part.offset + 1 } : {};
  found.push({ node: h(tag, { class: `indent${Math.min(part.indent ?? 0, 4)}`, ...start }, items) });
}

function element(one) {
  const make = ELEMENTS[one.type];
  return styled(make ? make(one) : one.text ?? "", one.style);
}

const ELEMENTS = {
  text: (one) => one.text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line])),
  link: (one) => linkTo(one.url, one.text || one.url),
  user: (one) => mention(one.user_id, ""),
  usergroup: (one) => h("span", { class: "mention" }, `@${one.usergroup_id}`),
  channel: (one) => room(one.channel_id, ""),
  broadcast: (one) => h("span", { class: "mention mine" }, `@${one.range}`),
  emoji: (one) => h("span", { class: "emoji", role: "img", "aria-label": `:${one.name}:` }, emojiOf(one.name) ?? `:${one.name}:`),
  date: (one) => h("time", {}, dateToken(one.timestamp, one.format ?? "{date}", one.fallback ?? "")),
  color: (one) => one.value,
};

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function styled(content, style = {}) {
  return Object.entries(TAGS).reduce((inside, [name, tag]) => (style?.[name] ? h(tag, {}, inside) : inside), content);
}
