/* A session that ends while somebody edits: what was sent then is kept by the browser, and stands in the
   form again when the page comes back after the login. What was saved, or changed meanwhile, is let go. */

const form = document.getElementById("problem_form");
const section = document.getElementById("statements");

if (form && section) {
  const page = location.pathname;
  const seen = form.elements.seen?.value ?? "";
  const typed = () =>
    [...new FormData(form)].filter(([field, value]) => typeof value === "string" && field !== "csrfmiddlewaretoken");
  const field = (card, part) => card.querySelector(`[name$="-${part}"]`);

  /** Gives the form its values back, in as many cards as there were. */
  const fill = (entries) => {
    const values = new Map();
    for (const [key, value] of entries) values.set(key, [...(values.get(key) ?? []), value]);
    const total = section.querySelector('[name="statements-TOTAL_FORMS"]');
    const wanted = Number(values.get(total.name)?.[0] ?? total.value);
    while (Number(total.value) < wanted) {
      const before = total.value;
      section.querySelector("[data-add]")?.click();
      if (total.value === before) break; // there are as many as there may be
    }
    const inputs = [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");
    // sentences first: their marks follow them, and are set after
    for (const sentences of [true, false]) {
      for (const one of inputs.filter((input) => input.name.endsWith("-content") === sentences)) {
        const given = values.get(one.name) ?? [];
        if (one.type === "checkbox" || one.type === "radio") one.checked = given.includes(one.value);
        else if (given.length) one.value = given[0];
        if (sentences) one.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    for (const card of section.querySelectorAll("[data-card]")) {
      field(card, "correction")?.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const kept = JSON.parse(sessionStorage.getItem("edit") ?? "null");
  sessionStorage.removeItem("edit");
  const unsaved = kept && kept.page === page && kept.seen === seen && "fresh" in section.dataset;
  if (unsaved && JSON.stringify(kept.entries) !== JSON.stringify(typed())) {
    fill(kept.entries);
    document.querySelector("[data-kept]").hidden = false;
  }

  form.addEventListener("submit", () => {
    sessionStorage.setItem("edit", JSON.stringify({ page, seen, entries: typed() }));
  });
}
