// The page's own words, in French and English.

const catalogs = {};
let language = "fr";

/** Read both catalogs. */
export async function loadWords() {
  await Promise.all(["fr", "en"].map(async (one) => {
    catalogs[one] = await (await fetch(new URL(`./${one}.json`, import.meta.url))).json();
  }));
}

/** Speak `wanted` from now on: fr or en. */
export function speak(wanted) {
  language = wanted in catalogs ? wanted : "en";
  document.documentElement.lang = language;
}

/** Return the language spoken. */
export function spoken() {
  return language;
}

/** Return the sentence of a key, its {names} replaced. */
export function t(key, values = {}) {
  const found = catalogs[language][key];
  if (found === undefined) throw new Error(`no words for ${key}`);
  return found.replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ""));
}

/** Return the sentence of a key for a number of things; French counts zero as one. */
export function count(key, number) {
  const is_one = language === "fr" ? number < 2 : number === 1;
  return t(`${key}.${is_one ? "one" : "other"}`, { number });
}
