// Swaps the results when the question changes, keeps the focus where it was, and waits until a hand rests.
// Every page works without it: forms are sent, links are followed.
"use strict";
(() => {
  const form = document.querySelector("form[data-live]");
  let timer, asking, shown = location.search;

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
      document.body.dataset.version = page.body.dataset.version;
      if (remember) { history.pushState({}, "", address); shown = location.search; }
      if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
    } catch (error) {
      if (error.name !== "AbortError") look();
    } finally {
      place.removeAttribute("aria-busy");
    }
  };

  // On a phone the answer comes first: what is set in the folded parts of the form is counted beside their names.
  if (matchMedia("(max-width:760px)").matches)
    for (const part of document.querySelectorAll("[data-fold] details[open]")) part.open = false;

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
    // a link within the page is no other question
    window.addEventListener("popstate", () => { if (location.search !== shown) location.reload(); });
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

  // Keys of a row or card press its buttons: those that name a key, and arrows between and over columns.
  document.addEventListener("keydown", (event) => {
    const card = event.target.closest("article[data-keys]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const button = card.querySelector(`button[data-key="${event.key}"]`);
    const next = { j: card.nextElementSibling, k: card.previousElementSibling }[event.key];
    if (button && !button.disabled) button.click();
    else if (next?.dataset.keys !== undefined) next.focus();
    else return;
    event.preventDefault();
  });

  // A card that is dropped on a column takes its status, as by the menu in it.
  let dragged;
  for (const card of document.querySelectorAll(".board article")) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => { dragged = card; event.dataTransfer.effectAllowed = "move"; });
  }
  for (const column of document.querySelectorAll(".board section")) {
    column.addEventListener("dragover", (event) => { event.preventDefault(); column.classList.add("over"); });
    column.addEventListener("dragleave", () => column.classList.remove("over"));
    column.addEventListener("drop", (event) => {
      event.preventDefault();
      column.classList.remove("over");
      if (!dragged || column.contains(dragged)) return;
      dragged.querySelector("select[name=status]").value = column.dataset.status;
      dragged.querySelector("form").requestSubmit();
    });
  }

  // The map: wheel or buttons zoom, a hand drags it; what is drawn is a part of the same picture.
  const map = document.querySelector("svg.map");
  if (map) {
    const whole = map.viewBox.baseVal, full = { width: whole.width, height: whole.height };
    const part = (x, y, width) => {
      const w = Math.min(Math.max(width, full.width / 8), full.width), h = w * full.height / full.width;
      const inside = (at, size, most) => Math.min(Math.max(at, 0), most - size);
      map.setAttribute("viewBox", `${inside(x, w, full.width)} ${inside(y, h, full.height)} ${w} ${h}`);
    };
    const zoom = (times, x = 0.5, y = 0.5) => {
      const now = map.viewBox.baseVal, w = Math.min(Math.max(now.width / times, full.width / 8), full.width);
      part(now.x + x * (now.width - w), now.y + y * (now.height - w * full.height / full.width), w);
    };
    for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
    map.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = map.getBoundingClientRect();
      zoom(event.deltaY < 0 ? 1.25 : 0.8, (event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height);
    }, { passive: false });
    map.addEventListener("pointermove", (event) => {
      if (event.buttons !== 1 || event.pointerType !== "mouse") return;
      const now = map.viewBox.baseVal, scale = now.width / map.getBoundingClientRect().width;
      part(now.x - event.movementX * scale, now.y - event.movementY * scale, now.width);
    });
    map.addEventListener("focusin", (event) => {
      const now = map.viewBox.baseVal, at = event.target.getBBox();
      if (now.width < full.width) part(at.x + at.width / 2 - now.width / 2, at.y + at.height / 2 - now.height / 2, now.width);
    });
    map.addEventListener("dragstart", (event) => event.preventDefault());
  }
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();

  const follow = async () => {
    const told = document.querySelector("[data-poll]");
    if (!told) return;
    const reply = await fetch(location.href).catch(() => null);
    const text = reply && await reply.text();
    const fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("job");
    if (!reply) look();
    if (reply && !fresh) { location.replace(reply.redirected ? reply.url : location.href); return; }
    const focused = told.contains(document.activeElement) ? document.activeElement.tagName : "";
    if (fresh) told.replaceWith(fresh);
    if (focused) document.querySelector(`#job ${focused.toLowerCase()}`)?.focus();
    setTimeout(follow, Number(told.dataset.poll));
  };
  setTimeout(follow, 1000);

  // Another program or tab may have changed the file, and the app may have been stopped: the page says so.
  const notice = document.getElementById("notice");
  let stopped = false;
  const look = async () => {
    if (document.hidden || !notice) return;
    const reply = await fetch("/version").catch(() => null);
    stopped = !reply?.ok;
    const changed = !stopped && (await reply.text()) !== document.body.dataset.version;
    const words = stopped ? "The app was stopped, nothing can be asked or kept now. Start it again with “influence app” and open the address that it names; what you kept is in the file."
      : changed ? "The file was changed meanwhile, by another program or tab. " : "";
    if (words === (notice.dataset.says ?? "")) return;
    notice.dataset.says = words;
    notice.replaceChildren(words);
    if (changed) notice.append(Object.assign(document.createElement("a"), { href: location.href.split("#")[0], textContent: "Show it as it is now" }));
  };
  for (const kind of ["click", "submit"]) document.addEventListener(kind, (event) => {
    if (!stopped || !(kind === "submit" || event.target.closest("a[href]"))) return;
    event.preventDefault();
    event.stopPropagation();
    notice.focus();
  }, true);
  document.addEventListener("visibilitychange", look);
  if (document.body.dataset.version) setInterval(look, 3000);
})();
