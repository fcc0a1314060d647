// A date picker: a button that says the day, and a month to choose it in.

import { dayInWords, dayOf, monthInWords, weekdays } from "./dates.js";
import { h, icon, iconButton } from "./dom.js";
import { stand } from "./floats.js";
import { now } from "./store.js";
import { t } from "./words.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const DAY_MS = 86_400_000;

const asDay = (date) => date.toISOString().slice(0, 10);
const asDate = (day) => new Date(`${day}T00:00:00Z`);

/** Return a date picker. `change` is told of the day as 2026-11-24, null once cleared. */
export function datePicker({ value, change, label, placeholder, id, focus }) {
  let chosen = value;
  let panel = null;
  const words = h("span", {});
  const button = h("button", { id, type: "button", class: "date-button", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": label, "data-focus": focus, onclick: () => (panel ? close() : open()) }, icon("calendar"), words);
  const clear = iconButton("close", t("form.clear"), () => choose(null), { class: "icon-button date-clear" });
  const box = h("div", { class: "date" }, button, clear);

  function rest() {
    words.textContent = chosen ? dayInWords(chosen) : placeholder ?? t("form.choose_date");
    button.classList.toggle("empty", !chosen);
    if (label) button.setAttribute("aria-label", chosen ? `${label} : ${dayInWords(chosen)}` : label);
    clear.hidden = !chosen;
  }

  function choose(day) {
    chosen = day;
    rest();
    close({ is_back: true });
    change(day);
  }

  function open() {
    panel = h("div", { class: "calendar", role: "dialog", "aria-label": label ?? t("form.choose_date"), onkeydown: onKey });
    box.append(panel);
    button.setAttribute("aria-expanded", "true");
    show(chosen ?? dayOf(now()));
    stand(panel, button);
    panel.querySelector("[tabindex='0']").focus();
    document.addEventListener("pointerdown", closeOutside);
  }

  function close({ is_back = false } = {}) {
    document.removeEventListener("pointerdown", closeOutside);
    panel?.remove();
    panel = null;
    button.setAttribute("aria-expanded", "false");
    if (is_back) button.focus();
  }

  function closeOutside(event) {
    if (!box.contains(event.target)) close();
  }

  function show(day) {
    const [year, month] = day.split("-").map(Number);
    const turn = (by) => () => { show(asDay(new Date(Date.UTC(year, month - 1 + by, 1)))); };
    panel.replaceChildren(
      h("div", { class: "calendar-head" },
        iconButton("back", t("form.month_before"), turn(-1)),
        h("strong", { "aria-live": "polite", text: monthInWords(year, month - 1) }),
        iconButton("back", t("form.month_after"), turn(1), { class: "icon-button forward" })),
      h("div", { class: "calendar-grid", role: "grid" },
        weekdays().map((name) => h("span", { class: "weekday", text: name })),
        days(year, month, day)));
  }

  function days(year, month, at) {
    const first = new Date(Date.UTC(year, month - 1, 1));
    const blanks = (first.getUTCDay() + 6) % 7;
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const cells = Array.from({ length: blanks }, () => h("span", {}));
    for (let date = 1; date <= length; date += 1) {
      const day = asDay(new Date(Date.UTC(year, month - 1, date)));
      cells.push(h("button", {
        type: "button", class: day === dayOf(now()) ? "day today" : "day", "data-day": day, tabindex: day === at ? "0" : "-1",
        "aria-label": dayInWords(day), "aria-pressed": String(day === chosen), onclick: () => choose(day), text: date,
      }));
    }
    return cells;
  }

  function onKey(event) {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close({ is_back: true }); }
    const step = STEPS[event.key];
    const at = event.target.dataset?.day;
    if (!step || !at) return;
    event.preventDefault();
    const next = asDay(new Date(asDate(at).getTime() + step * DAY_MS));
    show(next);
    panel.querySelector(`[data-day="${next}"]`).focus();
  }

  rest();
  return box;
}
