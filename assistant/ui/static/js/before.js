// Runs before the first paint: the reader's own choice of language and appearance, kept in this browser.
(() => {
  const root = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be denied in a frame; the page works without it
    }
  };
  const theme = new URLSearchParams(location.search).get("theme") ?? read("mustanad.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const fixed = /\/(ar|en)\/?$/.test(location.pathname) || /[?&]lang=(ar|en)\b/.test(location.search);
  const language = read("mustanad.language");
  if (!fixed && (language === "ar" || language === "en") && language !== root.lang) {
    root.dataset.language = language;
    root.lang = language;
    root.dir = language === "ar" ? "rtl" : "ltr";
  }
})();
