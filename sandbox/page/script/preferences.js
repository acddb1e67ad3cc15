// Theme, language of the page and place, kept in the browser and in the address, so that a reload shows the same.

const store = {
  read: (name) => {
    try {
      return localStorage.getItem(`sandbox-${name}`);
    } catch {
      return null;
    }
  },
  write: (name, value) => {
    try {
      localStorage.setItem(`sandbox-${name}`, value);
    } catch {
      // A browser that keeps nothing still works; it only forgets.
    }
  },
};

const system = window.matchMedia("(prefers-color-scheme: dark)");

export function initialLanguage() {
  return new URLSearchParams(location.search).get("lang") ?? store.read("language") ?? (navigator.language.startsWith("fr") ? "fr" : "en");
}

export function rememberLanguage(language) {
  store.write("language", language);
}

export function currentTheme() {
  return document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");
}

/** Apply the chosen theme, or follow the system; `changed` hears when the system turns. */
export function startTheme(changed) {
  const chosen = new URLSearchParams(location.search).get("theme") ?? store.read("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  system.addEventListener("change", changed);
}

export function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  store.write("theme", theme);
}

/** Who and where the address asks for. */
export function placeInAddress() {
  const asked = new URLSearchParams(location.search);
  return { person: asked.get("as"), channel: asked.get("channel"), thread: asked.get("thread") };
}

/** Keep person, channel and thread in the address, without a history entry. */
export function rememberPlace({ person, channel, thread }) {
  const asked = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries({ as: person, channel, thread })) {
    if (value) asked.set(name, value);
    else asked.delete(name);
  }
  history.replaceState(null, "", `?${asked}`);
}

export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
