// The review queue by keyboard, and from one problem to the next without loading the whole page again.
// Without this script buttons post and links lead, all the same.

/* global htmx */
const said = document.getElementById("review-said");
let busy = false;

// Fetches a page of the queue and puts its middle into this one. What cannot be fetched so is loaded as usual.
async function go(url, options = {}, push = true) {
  const answer = await fetch(url, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("review");
  if (!fresh) {
    location.assign(answer.url); // logged out, or an error page
    return;
  }
  document.getElementById("review").replaceWith(fresh);
  document.title = page.title;
  if (push && answer.url !== location.href) history.pushState({}, "", answer.url);
  arrive(fresh);
}

function arrive(fresh) {
  window.scrollTo(0, 0);
  htmx.process(fresh);
  openAsked(fresh);
  judge();
  const heading = fresh.querySelector("[data-heading]");
  if (!fresh.querySelector("dialog[open]")) heading?.focus({ preventScroll: true });
  const told = [...fresh.querySelectorAll("[data-said], [data-place]")];
  said.textContent = told.map((one) => one.textContent.trim().replace(/\s+/g, " ")).join(" ");
}

// A dialog that the server sent open, with what was wrong in it.
function openAsked(root) {
  for (const dialog of root.querySelectorAll("dialog[open]")) {
    dialog.close();
    dialog.showModal();
  }
}

// The engine's verdicts come after the problem: whoever reads it need not wait for them.
async function judge() {
  const list = document.querySelector("#review [data-verdicts]");
  if (!list) return;
  const slots = list.querySelectorAll("[data-slot]");
  try {
    const answer = await fetch(list.dataset.verdicts);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    page.querySelectorAll("[data-verdict]").forEach((one, place) => slots[place]?.replaceChildren(one));
  } catch {
    for (const slot of slots) slot.firstElementChild.textContent = list.dataset.silent;
  }
}

async function once(work, otherwise) {
  if (busy) return;
  busy = true;
  document.getElementById("review").setAttribute("aria-busy", "true");
  try {
    await work();
  } catch {
    otherwise(); // no network: let the browser say so
  } finally {
    busy = false;
    document.getElementById("review").removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("#review [data-dialog]");
  const closer = event.target.closest("#review [data-close]");
  const link = event.target.closest("#review a[href]");
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog).showModal();
  } else if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  } else if (link && new URL(link.href).pathname === location.pathname) {
    event.preventDefault();
    once(() => go(link.href), () => location.assign(link.href));
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("#review") || form.method === "dialog") return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  if (form.method === "get") {
    const address = `${location.pathname}?${new URLSearchParams([...data].filter(([, value]) => value))}`;
    once(() => go(address), () => location.assign(address));
    return;
  }
  once(
    () => go(location.href, { method: "POST", body: new URLSearchParams(data) }),
    () => {
      const button = event.submitter;
      if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
      form.submit();
    },
  );
});

// In a dialog a digit chooses a reason.
function choose(dialog, event) {
  const radio = dialog.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!radio || event.target.closest("textarea")) return;
  event.preventDefault();
  radio.checked = true;
  radio.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  const dialog = document.querySelector("#review dialog[open]");
  if (dialog) return choose(dialog, event);
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const button = document.querySelector(`#review [data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

window.addEventListener("popstate", () => {
  once(() => go(location.href, {}, false), () => location.reload());
});

openAsked(document.getElementById("review"));
judge();
