// Swaps the results when the question changes, keeps the focus where it was, and waits until a hand rests.
// Every page works without it: forms are sent, links are followed.
"use strict";
(() => {
  const form = document.querySelector("form[data-live]");
  let timer, asking;

  const show = (range) => {
    const output = document.querySelector(`output[for="${range.id}"]`);
    if (output) output.textContent = Number(range.value).toFixed(1);
  };

  const addressOf = () => {
    const told = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const field = form.elements[name];
      const untouched = field.type === "range" && field.value === field.defaultValue && !location.search.includes(`${name}=`);
      if (value !== "" && !untouched) told.append(name, value);
    }
    return `/?${told}`;
  };

  const swap = async (address, remember) => {
    const place = document.getElementById(form.dataset.live);
    const focused = document.activeElement && document.activeElement.id;
    if (asking) asking.abort();
    asking = new AbortController();
    place.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (page.querySelector("[data-poll]")) { location.assign(reply.url); return; }
      const fresh = page.getElementById(form.dataset.live) || page.getElementById("main");
      place.replaceChildren(...fresh.childNodes);
      document.title = page.title;
      if (remember) history.pushState({}, "", address);
      if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    } finally {
      place.removeAttribute("aria-busy");
    }
  };

  if (form) {
    form.addEventListener("input", (event) => {
      if (event.target.type === "range") show(event.target);
      if (!["range", "checkbox"].includes(event.target.type) && event.target.tagName !== "SELECT") return;
      clearTimeout(timer);
      timer = setTimeout(() => swap(addressOf(), true), 120);
    });
    form.addEventListener("submit", (event) => {
      if (form.elements.brief.value !== form.elements.brief.defaultValue) return; // its conditions stand in the form
      event.preventDefault();
      clearTimeout(timer);
      swap(addressOf(), true);
    });
    document.getElementById(form.dataset.live).addEventListener("click", (event) => {
      const link = event.target.closest("a[id]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      swap(link.getAttribute("href"), true);
    });
    window.addEventListener("popstate", () => location.reload());
  }

  const find = document.querySelector("[data-find]");
  find?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const reply = await fetch(`/people?q=${encodeURIComponent(find.value)}`);
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const names = [...page.querySelectorAll("[data-account]")].slice(0, 12).map((row) => new Option("", row.dataset.account));
      find.list.replaceChildren(...names);
    }, 200);
  });

  document.querySelector(".board")?.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: "earlier", ArrowRight: "later" }[event.key];
    const card = event.target.closest("article");
    if (!way || !card || ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName)) return;
    const button = card.querySelector(`button[value=${way}]`);
    if (!button.disabled) { event.preventDefault(); button.click(); }
  });
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();

  const follow = async () => {
    const told = document.querySelector("[data-poll]");
    if (!told) return;
    const reply = await fetch(location.href).catch(() => null);
    const text = reply && await reply.text();
    const fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("job");
    if (reply && !fresh) { location.replace(reply.redirected ? reply.url : location.href); return; }
    const focused = told.contains(document.activeElement) ? document.activeElement.tagName : "";
    if (fresh) told.replaceWith(fresh);
    if (focused) document.querySelector(`#job ${focused.toLowerCase()}`)?.focus();
    setTimeout(follow, Number(told.dataset.poll));
  };
  setTimeout(follow, 1000);
})();
