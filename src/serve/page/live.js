(() => {
  "use strict";
  const own = document.currentScript;
  let version = own.dataset.version;
  let events = null;
  let retry = 0;

  // Where the reader was is remembered over a reload, for this page and this tab only.
  const place = "hectare-place:" + location.pathname;
  try {
    const kept = JSON.parse(sessionStorage.getItem(place));
    sessionStorage.removeItem(place);
    if (kept) {
      history.scrollRestoration = "manual";
      const restore = () => scrollTo({ left: kept[0], top: kept[1], behavior: "instant" });
      restore();
      addEventListener("load", () => {
        restore();
        history.scrollRestoration = "auto";
      });
    }
  } catch { /* A page may keep nothing. */ }

  const reload = () => {
    try {
      sessionStorage.setItem(place, JSON.stringify([scrollX, scrollY]));
    } catch { /* It is shown from its top. */ }
    location.reload();
  };

  const swap = ({ old, new: fresh, integrity }) => {
    const wanted = new URL(old, location).href;
    const same = (link) => link.href.split("#")[0].replace(/[?&]hectare=\d+$/, "") === wanted;
    const links = [...document.querySelectorAll("link[rel~=stylesheet]")].filter(same);
    for (const link of links) {
      const next = link.cloneNode();
      const mark = fresh === old ? (fresh.includes("?") ? "&" : "?") + "hectare=" + Date.now() : "";
      next.href = fresh + mark;
      if (integrity) next.integrity = integrity;
      else next.removeAttribute("integrity");
      next.addEventListener("load", () => link.remove());
      next.addEventListener("error", reload);
      link.after(next);
    }
  };

  // The message stands in a shadow tree of its own, so that neither the page's style sheets nor its policy matter.
  const look = `
    :host { all: initial; position: fixed; inset: 0; z-index: 2147483647; color-scheme: light dark; }
    div { position: absolute; inset: 0; background: rgb(0 0 0 / .55); display: flex; align-items: flex-start; justify-content: center; padding: 5vh 4vw; box-sizing: border-box; }
    section { background: light-dark(#fff, #1b1f1d); color: light-dark(#1c1f1d, #e8ebe8); border-top: 4px solid #c43131; border-radius: 8px; max-width: 72rem; width: 100%; max-height: 90vh; overflow: auto; padding: 1.25rem 1.5rem; box-sizing: border-box; font: 16px/1.5 system-ui, sans-serif; }
    header { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
    h2 { margin: 0 0 .5rem; font-size: 1.125rem; }
    pre { margin: .75rem 0; overflow: auto; font: 14px/1.5 ui-monospace, monospace; white-space: pre; }
    p { margin: 0; color: light-dark(#5b635e, #a0a8a3); }
    button { font: inherit; color: inherit; background: none; border: 1px solid currentColor; border-radius: 6px; padding: .1rem .75rem; cursor: pointer; }
    :focus-visible { outline: 2px solid #4c9f78; outline-offset: 2px; }`;
  let overlay = null;
  const clear = () => {
    overlay?.remove();
    overlay = null;
  };
  const element = (name, text, ...children) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  };
  const show = (text) => {
    const page = document.querySelector("[data-wrong]");
    if (page) {
      page.textContent = text;
      return;
    }
    clear();
    overlay = document.createElement("hectare-message");
    const root = overlay.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
    const close = element("button", "Close");
    close.type = "button";
    close.addEventListener("click", clear);
    const title = element("h2", "This site cannot be built");
    title.id = "title";
    const text_block = element("pre", text);
    text_block.tabIndex = 0;
    const box = element("section", "", element("header", "", title, close),
      element("p", "The page below is the last one that could be. It is renewed as soon as this is put right."), text_block);
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-labelledby", "title");
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
    root.append(element("div", "", box));
    document.body.append(overlay);
    close.focus({ preventScroll: true });
  };

  const listen = () => {
    if (events || document.visibilityState === "hidden") return;
    const query = new URLSearchParams({ version, path: location.pathname });
    events = new EventSource("/_hectare/events?" + query.toString().replaceAll("+", "%20"));
    const on = (name, act) => events.addEventListener(name, (event) => act(JSON.parse(event.data)));
    on("note", (data) => { version = data.version; });
    on("reload", reload);
    on("visit", (data) => location.assign(data.address));
    on("styles", (data) => {
      version = data.version;
      data.sheets.forEach(swap);
    });
    on("wrong", (data) => show(data.text));
    on("right", clear);
    events.addEventListener("open", () => { retry = 0; });
    events.addEventListener("error", () => {
      leave();
      retry = Math.min(retry + 1, 8);
      setTimeout(listen, 250 * retry);
    });
  };
  const leave = () => {
    events?.close();
    events = null;
  };
  // A browser has six connections for a site; pages that nobody sees give theirs back, and catch up when they are seen again.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : listen()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);
  listen();
})();
