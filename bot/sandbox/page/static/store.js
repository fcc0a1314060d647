// What one person sees, as the workspace told it; everything shown comes from here.

const parts = new Map();
const conversations = new Map();
const followers = new Set();
let drift_ms = 0;
let about = null;
let is_connected = true;

export const who = new URLSearchParams(location.search).get("as") ?? "";

/** Call `follower` after each change. */
export function follow(follower) {
  followers.add(follower);
}

/** Rouse who follows; several changes in a row are told once. */
let is_due = false;
export function told() {
  if (is_due) return;
  is_due = true;
  setTimeout(() => {
    is_due = false;
    for (const follower of followers) follower();
  });
}

/** Take in what the workspace sent. */
export function apply({ put, drop, now }) {
  drift_ms = now * 1000 - Date.now();
  for (const key of drop) forget(key);
  for (const [key, value] of Object.entries(put)) keep(key, value);
  told();
}

const privates = new Set();

/** Return the private messages that came since the last call; none the first time. */
export function freshPrivates() {
  const found = [...parts.entries()].filter(([key]) => key.startsWith("private:") && !privates.has(key));
  const is_first = !privates.size && !privates.is_read;
  privates.is_read = true;
  for (const [key] of found) privates.add(key);
  return is_first ? [] : found.map(([, value]) => value);
}

/** Forget everything: a new connection tells it all again. */
export function clear() {
  parts.clear();
  conversations.clear();
  sorted.clear();
}

function keep(key, value) {
  parts.set(key, value);
  const [kind, channel, ts] = key.split(":");
  if (kind !== "message" && kind !== "private") return;
  if (!conversations.has(channel)) conversations.set(channel, new Map());
  sorted.delete(channel);
  conversations.get(channel).set(ts, kind === "private" ? { ...value, is_private: true } : value);
}

function forget(key) {
  parts.delete(key);
  const [, channel, ts] = key.split(":");
  sorted.delete(channel);
  if (ts) conversations.get(channel)?.delete(ts);
}

export function connect(is_up) {
  if (is_connected === is_up) return;
  is_connected = is_up;
  told();
}

export const isConnected = () => is_connected;
export const now = () => new Date(Date.now() + drift_ms);
export const me = () => parts.get("me");
export const people = () => parts.get("people")?.all ?? [];
export const person = (id) => people().find((one) => one.id === id);
export const home = () => parts.get("home");
export const views = () => parts.get("views")?.stack ?? [];
export const app = () => about.app;
export const desk = () => about;
export const setAbout = (value) => { about = value; };

export function channels() {
  return [...parts.entries()].filter(([key]) => key.startsWith("channel:")).map(([, value]) => value);
}

export const channel = (id) => parts.get(`channel:${id}`);
export const channelNamed = (name) => channels().find((one) => one.kind !== "im" && one.name === name);
export const directWith = (user) => channels().find((one) => one.kind === "im" && one.with === user);

// Sorted once after each change: a list of messages asks for the replies of each.
const sorted = new Map();

function inOrder(id) {
  if (!sorted.has(id)) {
    const all = [...(conversations.get(id)?.values() ?? [])].sort((a, b) => (a.ts < b.ts ? -1 : 1));
    const threads = grouped(all.filter(isReply));
    sorted.set(id, { all, roots: all.filter((one) => !isReply(one)), threads });
  }
  return sorted.get(id);
}

function grouped(answers) {
  const threads = new Map();
  for (const one of answers) threads.set(one.thread_ts, [...(threads.get(one.thread_ts) ?? []), one]);
  return threads;
}

/** Return everything of a conversation, oldest first. */
export const everything = (id) => inOrder(id).all;

export const message = (id, ts) => conversations.get(id)?.get(ts);

const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts;

/** Return what a channel shows, threads' replies left out. */
export const roots = (id) => inOrder(id).roots;

/** Return the replies of a thread, private ones included. */
export const replies = (id, ts) => inOrder(id).threads.get(ts) ?? [];

const isFor = (one, user) => (one.text ?? "").includes(`<@${user}`) || JSON.stringify(one.blocks ?? "").includes(`<@${user}`);

/** Return whether a conversation has something new, and how many messages call the reader. */
export function unread(room) {
  const fresh = everything(room.id).filter((one) => one.ts > room.read && one.user !== me().id && !one.is_private);
  const called = room.kind === "im" ? fresh : fresh.filter((one) => isFor(one, me().id));
  return { is_new: fresh.some((one) => !isReply(one)) || called.length > 0, count: called.length };
}
