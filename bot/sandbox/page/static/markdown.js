// `markdown` blocks: the little of Markdown that apps send, given to Slack's own markup.

import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const asMrkdwn = (line) => line
  .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
  .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>")
  .replace(/\*\*([^*]+)\*\*/g, "*$1*")
  .replace(/~~([^~]+)~~/g, "~$1~");

/** Return the elements of a markdown text: titles, lists, quotes, lines. */
export function markdown(words) {
  const found = [];
  for (const line of words.split("\n")) {
    const title = line.match(/^#{1,6} (.*)$/);
    const item = line.match(/^\s*[-*+] (.*)$/);
    const last = found.at(-1);
    if (title) found.push(h("h4", { class: "header" }, mrkdwn(asMrkdwn(title[1]))));
    else if (item && last?.tagName === "UL") last.append(h("li", {}, mrkdwn(asMrkdwn(item[1]))));
    else if (item) found.push(h("ul", {}, h("li", {}, mrkdwn(asMrkdwn(item[1])))));
    else found.push(h("p", {}, mrkdwn(line.startsWith(">") ? `>${asMrkdwn(line.slice(1))}` : asMrkdwn(line))));
  }
  return found;
}
