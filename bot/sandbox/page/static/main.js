// The page: what the workspace says is shown, wherever the reader is.

import { listen, readAbout } from "/page/static/api.js";
import { showBar } from "/page/static/bar.js";
import { closeMenu } from "/page/static/floats.js";
import { continueStep, showGuide } from "/page/static/guide.js";
import { showModal } from "/page/static/modal.js";
import { loadEmoji } from "/page/static/mrkdwn.js";
import { showPane } from "/page/static/pane.js";
import { place } from "/page/static/places.js";
import { closeDrawer, showSidebar } from "/page/static/sidebar.js";
import { follow, me, told, who } from "/page/static/store.js";
import { closeThread, showThread } from "/page/static/thread.js";
import { loadWords, speak } from "/page/static/words.js";

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
  document.body.dataset.ready = "true";
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
