// Makes pages quicker; every page works without it.
"use strict";

const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// The reader's time zone, so that the server can print times in it.
if (!/(?:^|; )tz=/.test(document.cookie)) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;
}

// A list of errors, or an answer, is what one came for. It stands near the top, so the page need not jump.
document.querySelector("[data-focus]")?.focus({ preventScroll: true });

each("[data-dismiss]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => button.closest(".flash").remove());
});

// Leaving a menu closes it.
each("details.menu", (menu) => {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
  });
});

// Another reason: the sub-reason of the former one no longer counts.
each(".reason > .pick > input", (pick) => pick.addEventListener("change", () => {
  each(".reason .subs input:checked", (sub) => { if (!pick.closest(".reason").contains(sub)) sub.checked = false; });
}));

each("[data-count]", (note) => {
  const area = document.getElementById(note.dataset.count);
  const limit = Number(area.getAttribute("maxlength"));
  if (!limit) return;
  const show = () => {
    const left = limit - area.value.length;
    note.textContent = note.dataset.left.replace("{n}", left.toLocaleString(document.documentElement.lang));
    note.classList.toggle("near", left < limit / 10);
  };
  area.addEventListener("input", show);
  show();
});

// Time left, in the page's language, refreshed while the page is open. The server's clock counts, not this device's.
const skew = Date.parse(document.querySelector("main").dataset.now) - Date.now() || 0;
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });
function remaining() {
  each("[data-until]", (node) => {
    const seconds = (Date.parse(node.dataset.until) - Date.now() - skew) / 1000;
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length * 2) || units[2];
    node.textContent = relative.format(Math.trunc(seconds / size), unit);
    node.classList.toggle("soon", seconds >= 0 && seconds < 86400);
    node.classList.toggle("past", seconds < 0);
  });
}
remaining();
setInterval(remaining, 30000);

// Long texts survive a lost connection or a reload until the page after sending says nothing went wrong.
try {
  const kept = sessionStorage;
  const key = (area) => `draft:${location.pathname}:${area.name}`;
  const wrong = document.querySelector(".summary, .flash.error, [data-kept], input[type=password]");
  const [how] = performance.getEntriesByType("navigation");
  if (how?.type === "navigate" && !wrong) JSON.parse(kept.getItem("sent") || "[]").forEach((name) => kept.removeItem(name));
  kept.removeItem("sent");
  each("textarea[data-draft]", (area) => {
    if (!area.value) area.value = kept.getItem(key(area)) || "";
    area.addEventListener("input", () => kept.setItem(key(area), area.value));
    area.form?.addEventListener("submit", () => {
      kept.setItem("sent", JSON.stringify([...JSON.parse(kept.getItem("sent") || "[]"), key(area)]));
    });
    area.dispatchEvent(new Event("input"));
  });
} catch { /* Storage may be switched off: then there are no drafts. */ }

// A second tap does nothing while the first is on its way; nothing is disabled, so no value is lost.
function ready(form) {
  delete form.dataset.sent;
  form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
}
each("form[method=post]", (form) => form.addEventListener("submit", (event) => {
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  event.submitter?.classList.add("busy");
  setTimeout(ready, 10000, form); // a send that was stopped must not lock the form
}));
addEventListener("pageshow", () => each("form[data-sent]", ready));

// Who signs out leaves no drafts for the next person at this screen.
each("form[data-forget]", (form) => form.addEventListener("submit", () => {
  try { sessionStorage.clear(); } catch { /* nothing was kept */ }
}));
