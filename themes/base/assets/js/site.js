// Pages work without this file; it adds the light and dark switch and a few comforts.
{
  const root = document.documentElement;
  const wish = matchMedia("(prefers-color-scheme: dark)");
  const store = {
    read() {
      try {
        return localStorage.getItem("theme");
      } catch {
        return null;
      }
    },
    write(theme) {
      try {
        if (theme) localStorage.setItem("theme", theme);
        else localStorage.removeItem("theme");
      } catch {
        // Without storage the choice holds for this page only.
      }
    },
  };

  const button = document.querySelector(".theme-toggle");
  const systemTheme = () => (wish.matches ? "dark" : "light");
  const currentTheme = () => root.dataset.theme || systemTheme();
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    button?.setAttribute("aria-pressed", currentTheme() === "dark");
  };

  show(store.read());
  root.dataset.script = "on";
  button?.addEventListener("click", () => {
    const next = currentTheme() === "dark" ? "light" : "dark";
    const choice = next === systemTheme() ? null : next;
    store.write(choice);
    show(choice);
  });
  wish.addEventListener("change", () => show(store.read()));

  // A link inside an opened menu or table of contents closes it.
  document.addEventListener("click", (event) => {
    const layer = event.target.closest("a")?.closest("[popover]");
    if (layer?.matches(":popover-open")) layer.hidePopover();
  });

  // What scrolls sideways can be reached and scrolled with the keyboard.
  for (const box of document.querySelectorAll("pre, .prose > table")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }

  // Marks the chapter in view in a table of contents that stays visible.
  const chapters = new Map();
  for (const link of document.querySelectorAll(".toc-aside a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) chapters.set(heading, link);
  }
  if (chapters.size) {
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          for (const link of chapters.values()) link.removeAttribute("aria-current");
          chapters.get(entry.target).setAttribute("aria-current", "true");
        }
      },
      { rootMargin: "-10% 0px -70% 0px" },
    );
    for (const heading of chapters.keys()) watcher.observe(heading);
  }
}
