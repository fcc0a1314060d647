// Where the reader is: a conversation, a thread beside it, a message to look at; in the address.

import { h } from "./dom.js";
import { app, channel, channelNamed, channels, desk, directWith, message, people, person, who } from "./store.js";

/**
 * Return the place of the address: { kind: channel | direct | app, … , thread, message }.
 *
 * `#/produit`, `#/@karim`, `#/app/home`, `#/app/messages`, then `/t/<ts>` and `/m/<ts>`.
 */
export function place() {
  const [first, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const found = { thread: after(rest, "t"), message: after(rest, "m") };
  if (first === "app") return { ...found, kind: "app", tab: rest[0] === "messages" ? "messages" : "home" };
  if (first.startsWith("@")) return { ...found, kind: "direct", user: first.slice(1) };
  const known = channelNamed(first) ?? channels().find((one) => one.kind !== "im");
  return { ...found, kind: "channel", name: known?.name ?? first };
}

function after(rest, mark) {
  const index = rest.indexOf(mark);
  return index >= 0 && /^\d+\.\d+$/.test(rest[index + 1] ?? "") ? rest[index + 1] : null;
}

/** Return the address of a place in this page. */
export function hashOf({ kind, name, user, tab, thread, message: ts }) {
  const start = { channel: () => name, direct: () => `@${user}`, app: () => `app/${tab ?? "home"}` }[kind]();
  return `#/${encodeURI(start)}${thread ? `/t/${thread}` : ""}${ts ? `/m/${ts}` : ""}`;
}

/** Go to a place; `thread: null` closes the thread. */
export function go(to) {
  const wanted = hashOf(to);
  if (location.hash !== wanted) location.hash = wanted;
}

/** Return the conversation of a place, undefined when it has not begun. */
export function conversation(at) {
  if (at.kind === "channel") return channelNamed(at.name);
  if (at.kind === "app") return directWith(app().user);
  const other = memberNamed(at.user);
  return other && directWith(other.id);
}

/** Return somebody by their handle, as in the address. */
export const memberNamed = (handle) => people().find((one) => one.handle === handle);

/** Return the place of a conversation, to link to it. */
export function placeOf(id) {
  const found = channel(id);
  if (!found) return null;
  if (found.kind !== "im") return { kind: "channel", name: found.name };
  if (found.with === app().user) return { kind: "app", tab: "messages" };
  return { kind: "direct", user: person(found.with)?.handle };
}

/** Return the address in this page of a message: in its thread when it is a reply. */
export function messageHash(channelId, ts) {
  const at = placeOf(channelId);
  if (!at) return null;
  const found = message(channelId, ts);
  const thread = found?.thread_ts && found.thread_ts !== ts ? found.thread_ts : null;
  return hashOf({ ...at, thread, message: ts });
}

/** Return a link: to a place of this page for Slack's own addresses, else to another window. */
export function linkTo(url, ...content) {
  const inside = permalink(url);
  if (inside) return h("a", { href: inside }, content);
  if (!/^(https?|mailto):/i.test(url)) return h("span", {}, content);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, content);
}

function permalink(url) {
  if (!url.startsWith(`${desk().url}archives/`)) return null;
  const [, id, digits] = url.slice(desk().url.length).match(/^archives\/(\w+)\/p(\d+)/) ?? [];
  return digits ? messageHash(id, `${digits.slice(0, -6)}.${digits.slice(-6)}`) : null;
}

/** Return the address of this page for somebody else, at the same place or another. */
export function addressAs(handle, hash = location.hash) {
  return `?as=${encodeURIComponent(handle)}${hash}`;
}

export const isMe = (handle) => handle === who;
