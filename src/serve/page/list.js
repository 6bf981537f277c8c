(() => {
  "use strict";
  const search = document.getElementById("search");
  const only = document.getElementById("only");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of document.querySelectorAll("#list tbody")) {
      const text = row.rows[0].textContent.toLowerCase();
      const problem = ["failed", "remarks"].includes(row.dataset.state);
      row.hidden = !words.every((word) => text.includes(word)) || (only.checked && !problem);
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("none").hidden = shown > 0;
  };
  let asked = false;
  const renew = async () => {
    if (asked) return;
    asked = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
    asked = false;
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = new Set([...document.querySelectorAll("details[open]")].map((one) => one.closest("tbody").rows[0].cells[0].textContent));
    document.getElementById("list").replaceWith(page.getElementById("list"));
    for (const one of document.querySelectorAll("details")) {
      one.open = open.has(one.closest("tbody").rows[0].cells[0].textContent);
    }
    filter();
  };
  search.addEventListener("input", filter);
  only.addEventListener("change", filter);
  const events = new EventSource("/_hectare/events?list=1");
  events.addEventListener("list", renew);
  let lost = false;
  events.addEventListener("error", () => { lost = true; });
  events.addEventListener("open", () => { if (lost) renew(); lost = false; });
  filter();
})();
