// What floats above the page: menus, and dialogs that ask to confirm.

import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { t } from "./words.js";

let opened = null;
const standing = new Map();

/**
 * Open a menu under (or above) `anchor`. `items` have `label`, `act`, and maybe `hint`, `href`.
 *
 * Arrows move, Escape closes and gives focus back, Tab closes.
 */
export function openMenu(anchor, items, { label }) {
  closeMenu();
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, onkeydown: moveInMenu });
  for (const item of items) menu.append(item.title ? h("div", { class: "menu-title", text: item.title }) : menuItem(item));
  opened = { menu, anchor };
  (anchor.closest("dialog") ?? document.getElementById("floats")).append(menu);
  stand(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  menu.querySelector("[role^=menuitem]")?.focus();
  setTimeout(() => document.addEventListener("pointerdown", closeOutside));
}

function menuItem(item) {
  const inside = [
    h("span", { class: "menu-label" }, item.label),
    item.hint ? h("span", { class: "menu-hint", text: item.hint }) : null,
  ];
  const properties = { role: item.is_on === undefined ? "menuitem" : "menuitemradio", class: "menu-item", tabindex: "-1" };
  if (item.is_on !== undefined) properties["aria-checked"] = String(item.is_on);
  if (item.href) return h("a", { ...properties, href: item.href, onclick: () => closeMenu() }, inside);
  return h("button", { ...properties, type: "button", onclick: () => { closeMenu({ is_back: true }); item.act(); } }, inside);
}

function moveInMenu(event) {
  const items = [...opened.menu.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) { event.preventDefault(); items[to % items.length].focus(); }
  if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); closeMenu({ is_back: true }); }
  if (event.key === "Tab") closeMenu({ is_back: true });
}

function closeOutside(event) {
  if (opened && !opened.menu.contains(event.target)) closeMenu();
}

/** Close the menu that is open, if any; tell whether there was one. */
export function closeMenu({ is_back = false } = {}) {
  if (!opened) return false;
  const { menu, anchor } = opened;
  opened = null;
  document.removeEventListener("pointerdown", closeOutside);
  anchor.setAttribute("aria-expanded", "false");
  menu.remove();
  if (is_back) anchor.focus();
  return true;
}

/**
 * Put `float` under `anchor`, or above it when there is no room; inside the window either way.
 *
 * It follows its anchor as long as it is shown.
 */
export function stand(float, anchor) {
  standing.set(float, anchor);
  put(float, anchor);
}

function followAnchors(event) {
  for (const [float, anchor] of standing) {
    if (!float.isConnected || float.hidden) standing.delete(float);
    else if (event.target === window || !float.contains(event.target)) put(float, anchor);
  }
}

addEventListener("scroll", followAnchors, { capture: true, passive: true });
addEventListener("resize", followAnchors);
addEventListener("hashchange", () => closeMenu());

function put(float, anchor) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = float.getBoundingClientRect();
  const is_above = box.bottom + height + 8 > innerHeight && box.top > height + 8;
  const top = is_above ? box.top - height - 4 : Math.min(box.bottom + 4, innerHeight - height - 8);
  const left = Math.min(box.left, innerWidth - width - 8);
  float.style.setProperty("top", `${Math.max(8, top)}px`);
  float.style.setProperty("left", `${Math.max(8, left)}px`);
}

/** Ask to confirm; resolve to whether they did. `asked` is Slack's confirm object. */
export function confirmed(asked) {
  return new Promise((resolve) => {
    const back = document.activeElement;
    const end = (answer) => { dialog.close(); dialog.remove(); back?.focus?.(); resolve(answer); };
    const dialog = h("dialog", { class: "confirm", "aria-labelledby": "confirm-title", oncancel: (event) => { event.preventDefault(); end(false); } },
      h("h2", { id: "confirm-title" }, textOf(asked.title)),
      h("p", {}, textOf(asked.text)),
      h("div", { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: () => end(false) }, textOf(asked.deny ?? { type: "plain_text", text: t("form.cancel") })),
        h("button", { type: "button", class: `button ${asked.style === "danger" ? "danger" : "primary"} filled`, autofocus: true, onclick: () => end(true) }, textOf(asked.confirm))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
