// The page: what the workspace says is shown, wherever the reader is.

import { listen, readAbout } from "./api.js";
import { plain, showBar } from "./bar.js";
import { say } from "./dom.js";
import { closeMenu } from "./floats.js";
import { continueStep, showGuide } from "./guide.js";
import { showModal } from "./modal.js";
import { loadEmoji } from "./mrkdwn.js";
import { showPane } from "./pane.js";
import { place } from "./places.js";
import { closeDrawer, showSidebar } from "./sidebar.js";
import { follow, freshPrivates, me, told, who } from "./store.js";
import { closeThread, showThread } from "./thread.js";
import { loadWords, speak, t } from "./words.js";

const CLOCK_EVERY_MS = 10_000;
const FIRST = "claire";

const dark = matchMedia("(prefers-color-scheme: dark)");
let is_ready = false;

function taste() {
  const language = localStorage.getItem("page.language") ?? (me()?.locale.startsWith("fr") ? "fr" : "en");
  speak(language);
  document.documentElement.dataset.theme = localStorage.getItem("page.theme") ?? (dark.matches ? "dark" : "light");
}

function show() {
  if (!me()) return;
  taste();
  if (!is_ready) { is_ready = true; continueStep(); }
  const at = place();
  showBar();
  showSidebar(at);
  showPane(at);
  showThread(at);
  showModal();
  showGuide();
  announce();
  document.body.dataset.ready = "true";
}

/** Say the private messages that just came; show them too where their conversation is hidden. */
function announce() {
  for (const one of freshPrivates()) {
    const shown = document.querySelector(`.message[data-ts="${one.ts}"]`);
    const box = shown?.getBoundingClientRect();
    const is_seen = box && document.elementFromPoint(box.left + 4, Math.min(box.top + 4, innerHeight - 4))?.closest(".message") === shown;
    say(t("message.only_you_says", { words: plain(one.text ?? "") }), { is_shown: !is_seen });
  }
}

function onKey(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (closeMenu({ is_back: true }) || closeDrawer() || closeThread(place())) event.preventDefault();
}

async function start() {
  if (!who) { location.replace(`?as=${localStorage.getItem("page.who") ?? FIRST}${location.hash}`); return; }
  localStorage.setItem("page.who", who);
  await Promise.all([loadWords(), loadEmoji(), readAbout()]);
  follow(show);
  listen();
  addEventListener("hashchange", told);
  addEventListener("tastes", told);
  addEventListener("prepared", told);
  addEventListener("keydown", onKey);
  addEventListener("visibilitychange", told);
  dark.addEventListener("change", told);
  setInterval(told, CLOCK_EVERY_MS);
}

start();
