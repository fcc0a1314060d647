// Elements, made without markup: text is only ever a text node.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element. `on…` properties listen; `text` and children are shown as they are typed. */
export function h(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** Return an element of a drawing. */
export function drawn(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.append(String(value));
    else if (name === "value") element.value = value;
    else if (name === "checked" || name === "disabled" || name === "hidden") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13M3 12.5h13",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  thread: "M17 9.5a6.5 6 0 0 1-9.3 5.4L3.5 16l1.2-3.4A6 6 0 0 1 4 9.5a6.5 6 0 0 1 13 0z",
  dots: "M10 4.5v.01M10 10v.01M10 15.500v.01",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12 4 6 10l6 6",
  down: "m5.500 8 4.500 4.500L14.500 8",
  send: "M3.500 16.500 17 10 3.500 3.500 5.500 10zM5.500 10H11",
  plus: "M10 4v12M4 10h12",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.200a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.700",
  moon: "M16 12.500A6.500 6.500 0 0 1 7.500 4a6.500 6.500 0 1 0 8.500 8.500z",
  sun: "M13.500 10a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0zM10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.500 1.500M14.200 14.200l1.500 1.500M4.300 15.700l1.500-1.500M14.200 5.800l1.500-1.500",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  clock: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 6v4l3 2",
  calendar: "M3.500 5h13v12h-13zM3.500 8.500h13M7 3v3.500M13 3v3.500",
  file: "M5 3h6.500L15 6.500V17H5zM11 3v4h4",
  eye: "M2.500 10S5 5 10 5s7.500 5 7.500 5-2.500 5-7.500 5-7.500-5-7.500-5zm9.700 0a2.200 2.200 0 1 1-4.400 0 2.200 2.200 0 0 1 4.400 0z",
  smile: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM7 12a3.600 3.600 0 0 0 6 0M7.700 8v.01M12.300 8v.01",
  help: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM8 8a2 2 0 1 1 2.700 1.900c-.5.200-.7.600-.7 1.100M10 13.500v.01",
  bolt: "m11 3-6 8h4l-1 6 6-8h-4z",
  check: "m4 10.500 4 4 8-9",
  warning: "M10 3.500 17.500 16.500h-15zM10 8v4M10 14.300v.01",
  link: "M8.500 11.500a3 3 0 0 0 4.200 0l2.600-2.600a3 3 0 0 0-4.200-4.200l-.8.800M11.500 8.500a3 3 0 0 0-4.200 0l-2.600 2.600a3 3 0 0 0 4.200 4.200l.8-.8",
};

/** Return a small line drawing, hidden from screen readers: its button has a label. */
export function icon(name) {
  return drawn("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    drawn("path", { d: PATHS[name] }));
}

/** Return a button that shows an icon; `label` is its name, and its tooltip. */
export function iconButton(name, label, onclick, properties = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties }, icon(name));
}

/**
 * Make `parent` hold what is wanted, keeping the nodes that did not change.
 *
 * Each wanted thing has a `key`, a `sign` that says whether it changed, and `make`. Focus is given
 * back to the element with the same `data-focus` in a node that had to be made again.
 */
export function reconcile(parent, wanted) {
  const known = parent.known ?? new Map();
  const next = new Map();
  let last = null;
  for (const { key, sign, make } of wanted) {
    const found = known.get(key);
    const is_same = found && found.sign === sign;
    const node = is_same ? found.node : make();
    if (found && !is_same) replace(found.node, node);
    const place = last ? last.nextSibling : parent.firstChild;
    if (node !== place) parent.insertBefore(node, place);
    next.set(key, { sign, node });
    last = node;
  }
  for (const [key, { node }] of known) if (next.get(key)?.node !== node) node.remove();
  parent.known = next;
}

function replace(old, node) {
  const active = document.activeElement;
  const focus = old.contains(active) ? active.dataset?.focus ?? (active === old ? "" : null) : null;
  old.replaceWith(node);
  if (focus === null) return;
  const target = focus ? node.querySelector(`[data-focus="${CSS.escape(focus)}"]`) : node;
  (target ?? node).focus({ preventScroll: true });
}

const numbers = new WeakMap();
let count = 0;

/** Return a number that is an object's own: the same object, the same number. */
export function numberOf(thing) {
  if (!numbers.has(thing)) numbers.set(thing, ++count);
  return numbers.get(thing);
}

/** Say something to screen readers, and show it for a while when `is_shown`. */
export function say(words, { is_shown = true } = {}) {
  const said = document.getElementById("said");
  said.replaceChildren(h("p", { class: is_shown ? "toast" : "unseen", text: words }));
  clearTimeout(said.timer);
  said.timer = setTimeout(() => said.replaceChildren(), 7000);
}
