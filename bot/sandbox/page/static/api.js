// Talking to the workspace: what it says live, and what a person does.

import { apply, clear, connect, setAbout, who } from "./store.js";

const as = `as=${encodeURIComponent(who)}`;
let queue = Promise.resolve();

/** Read what the page is about: the app, the clock's jumps, the guide. */
export async function readAbout() {
  setAbout(await (await fetch("/page/about")).json());
}

/** Follow the workspace; connects again by itself when it went away. */
export function listen() {
  const source = new EventSource(`/page/live?${as}`);
  let is_fresh = true;
  source.onerror = () => { is_fresh = true; connect(false); };
  source.onmessage = (event) => {
    if (is_fresh) clear();
    is_fresh = false;
    connect(true);
    apply(JSON.parse(event.data));
  };
  addEventListener("pagehide", () => source.close());
}

/** Do something; return what the workspace answered, `ok` false when it could not be done. */
export async function act(name, body) {
  try {
    const answer = await fetch(`/page/do/${name}?${as}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "not connected" };
  }
}

/** Do something after what was asked before it: a form is filled in the order it was typed. */
export function actInOrder(name, body) {
  const next = queue.then(() => act(name, body));
  queue = next.catch(() => null);
  return next;
}

/** Return where a file of a message is. */
export const fileUrl = (id) => `/page/files/${encodeURIComponent(id)}?${as}`;
