// `data_table` and `table` blocks: sorted by a click on a column, a few rows at a time.

import { numberInWords } from "./dates.js";
import { h, iconButton } from "./dom.js";
import { interactive } from "./elements.js";
import { richText } from "./richtext.js";
import { t } from "./words.js";

const PAGE_SIZE = 5;

/** Return a table. Its first row is its head. */
export function table(block, context) {
  const [head, ...rows] = block.rows;
  const is_data = block.type === "data_table";
  const state = { page: 0, column: null, is_down: false };
  const size = is_data ? block.page_size ?? PAGE_SIZE : rows.length;
  const body = h("tbody", {});
  const headers = head.map((cell, index) => h("th", { scope: "col", class: alignOf(block, rows, index) },
    is_data ? h("button", { type: "button", onclick: () => sort(index) }, wordsOf(cell)) : wordsOf(cell)));
  const pages = h("div", { class: "pages" });

  function sort(column) {
    state.is_down = state.column === column && !state.is_down;
    Object.assign(state, { column, page: 0 });
    show();
  }

  function show() {
    const sorted = state.column === null ? rows : [...rows].sort((a, b) => compared(a[state.column], b[state.column]) * (state.is_down ? -1 : 1));
    const start = state.page * size;
    body.replaceChildren(...sorted.slice(start, start + size).map((row) => h("tr", {}, row.map((cell, index) => cellOf(block, rows, cell, index, context)))));
    headers.forEach((one, index) => { if (is_data) one.setAttribute("aria-sort", state.column !== index ? "none" : state.is_down ? "descending" : "ascending"); });
    const turn = (by) => () => { state.page += by; show(); };
    const last = Math.min(start + size, rows.length);
    pages.replaceChildren(
      iconButton("back", t("table.before"), turn(-1), { disabled: state.page === 0 }),
      h("span", { "aria-live": "polite", text: t("table.rows", { first: start + 1, last, all: rows.length }) }),
      iconButton("back", t("table.after"), turn(1), { class: "icon-button forward", disabled: last >= rows.length }));
  }

  show();
  return h("div", { class: "block table" },
    h("div", { class: "table-scroll" }, h("table", {}, block.caption ? h("caption", { text: block.caption }) : null, h("thead", {}, h("tr", {}, headers)), body)),
    rows.length > size ? pages : null);
}

function cellOf(block, rows, cell, index, context) {
  const is_head = block.type === "data_table" && index === (block.row_header_column_index ?? 0);
  const properties = { class: alignOf(block, rows, index) };
  const content = cell.type === "rich_text" ? richText(cell) : cell.type === "action" ? interactive(cell.element ?? cell, context) : wordsOf(cell);
  return is_head ? h("th", { scope: "row", ...properties }, content) : h("td", properties, content);
}

function alignOf(block, rows, index) {
  const given = block.column_settings?.[index]?.align;
  return given ?? (rows.every((row) => row[index]?.type === "raw_number") ? "right" : "left");
}

const wordsOf = (cell) => cell?.text ?? (cell?.type === "raw_number" ? numberInWords(cell.value) : "");

function compared(one, other) {
  if (one?.type === "raw_number" && other?.type === "raw_number") return one.value - other.value;
  return wordsOf(one).localeCompare(wordsOf(other));
}
