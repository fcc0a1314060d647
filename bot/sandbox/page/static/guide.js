// The first visit: a few steps, each with a place to go to; put away for good in one click.

import { readAbout } from "./api.js";
import { prepare } from "./composer.js";
import { h, iconButton, reconcile } from "./dom.js";
import { addressAs, messageHash } from "./places.js";
import { desk, told, who } from "./store.js";
import { jump } from "./bar.js";
import { spoken, t } from "./words.js";

const KEPT = "page.guide";

// Who one is in a step, where, and what is ready to send there.
const STEPS = {
  raise: { as: "hugo", hash: "#/produit", is_written: true },
  decide: { as: "claire", hash: "#/arbitrages" },
  bypass: { as: "thomas", hash: "#/squad-paiement", is_written: true },
  agenda: { as: "claire", hash: "#/arbitrages", jump: "next_sync" },
  digest: { as: "lea", hash: "#/arbitrages", jump: "next_digest" },
};

const steps = () => desk().guide.filter((key) => key in STEPS);

function kept() {
  try {
    return { step: 0, is_closed: false, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return { step: 0, is_closed: false };
  }
}

function keep(change) {
  localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...change }));
  told();
}

/** Open the guide again, at its first step. */
export const openGuide = () => keep({ step: 0, is_closed: false });

/** Show the guide, unless it was put away or there is nothing to show. */
export function showGuide() {
  const { step, is_closed } = kept();
  const all = steps();
  const key = all[Math.min(step, all.length - 1)];
  const guide = document.getElementById("guide");
  reconcile(guide, is_closed || !key ? [] : [{ key, sign: `${spoken()}${who}`, make: () => card(key, all) }]);
}

function card(key, all) {
  const index = all.indexOf(key);
  const is_last = index === all.length - 1;
  const close = () => keep({ is_closed: true });
  return h("section", { class: "guide", "aria-label": t("guide.title") },
    h("div", { class: "guide-text" },
      h("span", { class: "guide-step", text: t("guide.step", { number: index + 1, all: all.length }) }),
      h("h2", { text: t(`guide.${key}.title`) }),
      h("p", { text: t(`guide.${key}.words`) })),
    h("div", { class: "guide-buttons" },
      h("button", { type: "button", class: "button small primary", "data-focus": "guide-go", onclick: () => lead(key), text: t(`guide.${key}.go`) }),
      index ? h("button", { type: "button", class: "button small", "data-focus": "guide-back", onclick: () => keep({ step: index - 1 }), text: t("guide.back") }) : null,
      h("button", { type: "button", class: "button small", "data-focus": "guide-next", onclick: () => (is_last ? close() : keep({ step: index + 1 })), text: t(is_last ? "guide.end" : "guide.next") })),
    iconButton("close", t("guide.close"), close));
}

async function lead(key) {
  await readAbout();
  const there = desk().landmarks[key];
  // What the clock already passed is gone to; it is not waited for again.
  const step = there ? { as: STEPS[key].as, hash: messageHash(there.channel, there.ts) } : STEPS[key];
  if (step.is_written) sessionStorage.setItem("page.written", JSON.stringify({ hash: step.hash, words: t(`guide.${key}.written`) }));
  if (step.jump) sessionStorage.setItem("page.jump", key);
  const address = addressAs(step.as, step.hash);
  if (step.as === who) { location.hash = step.hash; continueStep(); } else location.assign(address);
}

/** Do what a step asked for before it changed who one is. */
export function continueStep() {
  const written = sessionStorage.getItem("page.written");
  if (written) { const { hash, words } = JSON.parse(written); prepare(hash, words); }
  const moved = sessionStorage.getItem("page.jump");
  sessionStorage.removeItem("page.written");
  sessionStorage.removeItem("page.jump");
  if (moved) jumpTo(moved);
  dispatchEvent(new Event("prepared"));
}

/** Move the clock for a step, then go to what it leads to: it may be far from where one reads. */
async function jumpTo(key) {
  const wanted = STEPS[key].jump;
  if (!desk().jumps.some((one) => one.key === wanted)) return;
  await jump(wanted);
  const there = desk().landmarks[key];
  if (there) location.hash = messageHash(there.channel, there.ts);
}

