// `data_visualization` blocks, drawn: lines, bars, areas and pies. The numbers stand in a table
// for whoever does not see the drawing.

import { numberInWords, shareInWords } from "./dates.js";
import { drawn, h } from "./dom.js";
import { t } from "./words.js";

const WIDE = 560;
const HIGH = 240;
const EDGE = { left: 48, right: 12, top: 12, bottom: 44 };
const INSIDE = { width: WIDE - EDGE.left - EDGE.right, height: HIGH - EDGE.top - EDGE.bottom };
const TICKS = 4;
const LABEL_LENGTH = 14;

/** Return a chart, its title above, what its colours mean below. */
export function charts(block) {
  const { chart } = block;
  const is_pie = chart.type === "pie";
  const names = is_pie ? chart.segments.map((one) => one.label) : chart.series.map((one) => one.name);
  const drawing = is_pie ? pie(chart) : plot(chart);
  drawing.setAttribute("aria-label", `${block.title}. ${t(`chart.${chart.type}`)}`);
  return h("figure", { class: "block chart" },
    h("figcaption", { text: block.title }),
    drawing,
    names.length > 1 || is_pie ? h("ul", { class: "legend" }, names.map((name, index) => h("li", {}, h("span", { class: `swatch series${index}` }), legendOf(chart, name, index)))) : null,
    h("div", { class: "unseen" }, numbers(block, chart)));
}

function legendOf(chart, name, index) {
  if (chart.type !== "pie") return name;
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0) || 1;
  const { value } = chart.segments[index];
  return `${name} · ${numberInWords(value)} (${shareInWords(value / total)})`;
}

function numbers(block, chart) {
  const rows = chart.type === "pie"
    ? chart.segments.map((one) => [one.label, one.value])
    : chart.axis_config.categories.map((category) => [category, ...chart.series.map((one) => valueAt(one, category))]);
  const head = chart.type === "pie" ? null : h("tr", {}, h("th", {}), chart.series.map((one) => h("th", { scope: "col", text: one.name })));
  return h("table", {}, h("caption", { text: block.title }), head, rows.map(([label, ...values]) => h("tr", {}, h("th", { scope: "row", text: label }), values.map((value) => h("td", { text: value })))));
}

const valueAt = (series, category) => series.data.find((one) => one.label === category)?.value ?? 0;

/** Return a round step that cuts `span` in about as many parts as there are ticks. */
function stepOf(span) {
  const rough = span / TICKS || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) * power;
  return step;
}

function scaleOf(series) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const least = Math.min(0, ...values);
  const step = stepOf(Math.max(0, ...values) - least);
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(Math.max(0, ...values) / step) * step, low + step);
  const ticks = [];
  for (let tick = low; tick <= high + step / 2; tick += step) ticks.push(Number(tick.toFixed(6)));
  return { ticks, y: (value) => EDGE.top + INSIDE.height * (1 - (value - low) / (high - low)) };
}

function plot(chart) {
  const { categories, x_label, y_label } = chart.axis_config;
  const { ticks, y } = scaleOf(chart.series);
  const slot = INSIDE.width / categories.length;
  const x = (index) => EDGE.left + slot * (index + 0.5);
  const every = Math.ceil(categories.length / 8);
  return drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", class: "drawing" },
    ticks.map((tick) => [
      drawn("line", { class: "grid", x1: EDGE.left, x2: WIDE - EDGE.right, y1: y(tick), y2: y(tick) }),
      drawn("text", { class: "tick", x: EDGE.left - 6, y: y(tick) + 4, "text-anchor": "end" }, numberInWords(tick)),
    ]),
    categories.map((name, index) => (index % every ? null : drawn("text", { class: "tick", x: x(index), y: HIGH - EDGE.bottom + 16, "text-anchor": "middle" }, shortened(name)))),
    x_label ? drawn("text", { class: "axis", x: EDGE.left + INSIDE.width / 2, y: HIGH - 6, "text-anchor": "middle" }, x_label) : null,
    y_label ? drawn("text", { class: "axis", x: -(EDGE.top + INSIDE.height / 2), y: 11, transform: "rotate(-90)", "text-anchor": "middle" }, y_label) : null,
    MARKS[chart.type](chart, categories, { x, y, slot }));
}

const shortened = (name) => (name.length > LABEL_LENGTH ? `${name.slice(0, LABEL_LENGTH - 1)}…` : name);

function bars(chart, categories, { x, y, slot }) {
  const wide = Math.min(40, (slot * 0.7) / chart.series.length);
  return chart.series.flatMap((series, index) => categories.map((category, at) => {
    const value = valueAt(series, category);
    const left = x(at) + (index - chart.series.length / 2) * wide;
    const [top, bottom] = [y(Math.max(0, value)), y(Math.min(0, value))];
    return drawn("rect", { class: `series${index}`, x: left + 1, y: top, width: Math.max(1, wide - 2), height: Math.max(0, bottom - top), rx: 2 },
      drawn("title", {}, `${category} · ${series.name} : ${numberInWords(value)}`));
  }));
}

function curves(chart, categories, { x, y }) {
  const is_area = chart.type === "area";
  return chart.series.flatMap((series, index) => {
    const points = categories.map((category, at) => [x(at), y(valueAt(series, category))]);
    const line = points.map((point) => point.join(",")).join(" ");
    const floor = `${points.at(-1)[0]},${y(0)} ${points[0][0]},${y(0)}`;
    return [
      is_area ? drawn("polygon", { class: `area series${index}`, points: `${line} ${floor}` }) : null,
      drawn("polyline", { class: `line series${index}`, points: line }),
      points.map(([left, top], at) => drawn("circle", { class: `series${index}`, cx: left, cy: top, r: 3.5 },
        drawn("title", {}, `${categories[at]} · ${series.name} : ${numberInWords(valueAt(series, categories[at]))}`))),
    ];
  });
}

const MARKS = { bar: bars, line: curves, area: curves };

function pie(chart) {
  const [middle, radius] = [110, 100];
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0) || 1;
  const at = (turn) => [middle + radius * Math.sin(turn * 2 * Math.PI), middle - radius * Math.cos(turn * 2 * Math.PI)];
  let start = 0;
  const slices = chart.segments.map((one, index) => {
    const end = start + one.value / total;
    const path = end - start >= 1
      ? `M${middle} ${middle - radius}A${radius} ${radius} 0 1 1 ${middle - 0.01} ${middle - radius}z`
      : `M${middle} ${middle}L${at(start).join(" ")}A${radius} ${radius} 0 ${end - start > 0.5 ? 1 : 0} 1 ${at(end).join(" ")}z`;
    start = end;
    return drawn("path", { class: `slice series${index}`, d: path }, drawn("title", {}, legendOf(chart, one.label, index)));
  });
  return drawn("svg", { viewBox: "0 0 220 220", role: "img", class: "drawing round" }, slices);
}
