// Slack's markup, as elements. It is read, never turned into markup of the page.

import { dateToken } from "./dates.js";
import { h } from "./dom.js";
import { linkTo } from "./places.js";
import { app, channel, me, person } from "./store.js";

let emoji = {};

/** Read the names of emoji. */
export async function loadEmoji() {
  emoji = await (await fetch(new URL("./emoji.json", import.meta.url))).json();
}

export const emojiOf = (name) => emoji[name.replace(/::skin-tone-\d$/, "")];

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Return text as it was typed: Slack escapes three characters. */
export const unescaped = (words) => words.replace(/&(lt|gt|amp);/g, (all) => ENTITIES[all]);

/** Return the elements of a text object. */
export function textOf(object) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return object.emoji === false ? lines(object.text) : lines(object.text).flatMap((part) => (typeof part === "string" ? withEmoji(part) : [part]));
}

function lines(words) {
  return words.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function withEmoji(words) {
  return words.split(/(:[a-z0-9_+'-]+(?:::skin-tone-\d)?:)/).filter(Boolean).map((part) => {
    const found = part.startsWith(":") && emojiOf(part.slice(1, -1));
    return found ? h("span", { class: "emoji", role: "img", "aria-label": part, title: part, text: found }) : part;
  });
}

/** Return the elements of a message's markup: code, quotes and lines, then what is inside. */
export function mrkdwn(words) {
  const found = [];
  for (const [index, part] of words.split("```").entries()) {
    // An odd part stands between two fences; the last one may have no end.
    if (index % 2 && words.split("```").length > index + 1) found.push(h("pre", { class: "code" }, unescaped(linksAsText(part.replace(/^\n|\n$/g, "")))));
    else found.push(...quoted(index % 2 ? "```" + part : part));
  }
  return found;
}

function quoted(words) {
  const found = [];
  let quote = null;
  for (const [index, line] of words.split("\n").entries()) {
    const inside = line.match(/^(?:&gt;|>)(?!&gt;&gt;) ?(.*)$/);
    if (inside) {
      if (quote) quote.append(h("br"), ...inline(inside[1]));
      else { quote = h("blockquote", {}, inline(inside[1])); found.push(quote); }
    } else {
      if (index && !quote) found.push(h("br"));
      quote = null;
      found.push(...inline(line));
    }
  }
  return found;
}

const EDGE = "[\\s.,;:!?()\\[\\]{}'\"’«»—–/|…*_~-]";
const STYLES = [["*", "strong"], ["_", "em"], ["~", "s"]].map(([mark, tag]) => {
  const sign = `\\${mark}`;
  return { tag, pattern: new RegExp(`(^|${EDGE})${sign}(?=\\S)([^${sign}\\n]*[^${sign}\\s])${sign}(?=$|${EDGE})`) };
});

/** Return the elements of one line: code first, then styles, then links, mentions, dates, emoji. */
function inline(words) {
  return words.split(/(`[^`\n]+`)/).filter(Boolean).flatMap((part) =>
    (/^`[^`]+`$/.test(part) ? [h("code", {}, unescaped(linksAsText(part.slice(1, -1))))] : styled(part)));
}

const linksAsText = (words) => words.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_all, target, label) => label || target);

function styled(words) {
  // What stands in <…> is set apart, so that a style's mark in an address is not a style.
  const tokens = [];
  const bare = words.replace(/[\u0001\u0002]/g, "").replace(/<[^<>\n]+>/g, (token) => `\u0001${tokens.push(token) - 1}\u0002`);
  return spread(bare, tokens);
}

function spread(words, tokens) {
  for (const { tag, pattern } of STYLES) {
    const match = pattern.exec(words);
    if (!match) continue;
    const start = match.index + match[1].length;
    const rest = words.slice(match.index + match[0].length);
    return [
      ...spread(words.slice(0, start), tokens),
      h(tag, {}, spread(match[2], tokens)),
      ...spread(rest, tokens),
    ];
  }
  return words.split(/\u0001(\d+)\u0002/).flatMap((part, index) => {
    if (index % 2) return [token(tokens[Number(part)])];
    return part ? withEmoji(unescaped(part)) : [];
  });
}

function token(raw) {
  const [target, ...more] = raw.slice(1, -1).split("|");
  const label = more.join("|");
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return room(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, url] = target.split("^");
    const words = dateToken(seconds, unescaped(pattern ?? ""), unescaped(label));
    const shown = h("time", { title: dateToken(seconds, "{date_long} {time}", label) }, words);
    return url ? linkTo(url, shown) : shown;
  }
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, unescaped(label || target));
  if (target.startsWith("!")) return h("span", { class: "mention mine" }, `@${target.slice(1)}`);
  return linkTo(unescaped(target), label ? withEmoji(unescaped(label)) : unescaped(target.replace(/^mailto:/, "")));
}

export function mention(id, label) {
  const name = person(id)?.name ?? (id === app().user ? app().name : unescaped(label || id));
  return h("span", { class: id === me().id ? "mention mine" : "mention" }, `@${name}`);
}

export function room(id, label) {
  const known = channel(id);
  if (!known) return h("span", { class: "mention" }, `#${unescaped(label || id)}`);
  return h("a", { class: "mention", href: `#/${encodeURIComponent(known.name)}` }, `#${known.name}`);
}
