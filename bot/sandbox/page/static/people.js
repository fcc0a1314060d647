// People's pictures: initials on a colour of their own; the app has a drawing.

import { h } from "./dom.js";
import { app, people, person } from "./store.js";

const COLOURS = 8;

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("");

/** Return somebody's picture; `size` is big, normal, small or tiny. Names stand beside it. */
export function avatar(one, size = "normal") {
  const colour = Math.max(0, people().findIndex((known) => known.id === one.id)) % COLOURS;
  return h("span", { class: `avatar ${size} colour${colour}`, "aria-hidden": "true", text: initials(one.name) });
}

/** Return the app's picture. */
export function appAvatar(size = "normal") {
  return h("img", { class: `avatar app ${size}`, src: new URL("./icon.svg", import.meta.url).pathname, alt: "" });
}

/** Return the picture of whoever wrote, people or app. */
export const authorAvatar = (id, size) => (person(id) ? avatar(person(id), size) : appAvatar(size));

/** Return the name of whoever wrote. */
export const nameOf = (id) => person(id)?.name ?? (id === app().user ? app().name : id ?? "Slackbot");
