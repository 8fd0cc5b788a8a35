// Words of a comma-separated input as chips that can be taken out again, with suggestions while one types.
// The input stays what is sent; without this script it is simply typed into.

const WAIT = 150; // milliseconds of quiet before suggestions are asked for

export function chips(box, changed) {
  const source = box.querySelector("input");
  const label = document.querySelector(`label[for="${source.id}"]`);
  const typed = source.cloneNode();
  const list = document.createElement("div");
  const shown = document.createElement("div");
  let options = [];
  let marked = -1;
  let timer;
  let asked;

  const words = () => source.value.split(",").map((word) => word.trim()).filter(Boolean);

  function store(all) {
    source.value = [...new Set(all)].join(", ");
    draw();
    changed();
  }

  function draw() {
    shown.querySelectorAll(".g-chip").forEach((chip) => chip.remove());
    for (const word of words()) {
      const chip = document.createElement("span");
      chip.className = "g-chip";
      chip.textContent = word;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = "×";
      remove.setAttribute("aria-label", `${box.dataset.remove}: ${word}`);
      remove.addEventListener("click", () => {
        store(words().filter((other) => other !== word));
        typed.focus();
      });
      chip.append(remove);
      shown.insertBefore(chip, typed);
    }
  }

  function add(word) {
    const given = word.split(",").map((one) => one.trim()).filter(Boolean);
    typed.value = "";
    close();
    if (given.length) store([...words(), ...given]);
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    options = [];
    marked = -1;
    list.hidden = true;
    typed.setAttribute("aria-expanded", "false");
    typed.removeAttribute("aria-activedescendant");
  }

  function mark(number) {
    marked = (number + options.length) % options.length;
    list.querySelectorAll("[role=option]").forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === marked));
      if (index === marked) {
        option.scrollIntoView({ block: "nearest" });
        typed.setAttribute("aria-activedescendant", option.id);
      }
    });
  }

  function offer(found) {
    options = found;
    marked = -1;
    list.replaceChildren(
      ...found.map((word, index) => {
        const option = document.createElement("div");
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.lang = "fr";
        option.textContent = word;
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault(); // the input keeps the focus
          add(word);
        });
        return option;
      }),
    );
    list.hidden = !found.length;
    typed.setAttribute("aria-expanded", String(Boolean(found.length)));
  }

  async function suggest() {
    asked?.abort();
    asked = new AbortController();
    try {
      const address = `${box.dataset.suggest}?q=${encodeURIComponent(typed.value)}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) offer((await answer.json()).found);
    } catch (error) {
      if (error.name !== "AbortError") close(); // typing goes on without suggestions
    }
  }

  typed.removeAttribute("name");
  typed.id = `${source.id}_typed`;
  typed.value = "";
  typed.placeholder = box.dataset.add;
  typed.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && options.length) mark(marked + 1);
    else if (event.key === "ArrowUp" && options.length) mark(marked < 0 ? -1 : marked - 1);
    else if (event.key === "Enter" && (typed.value.trim() || marked >= 0)) add(options[marked] ?? typed.value);
    else if (event.key === "," && typed.value.trim()) add(typed.value);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Backspace" && !typed.value) return store(words().slice(0, -1));
    else return undefined;
    event.preventDefault();
    return undefined;
  });
  typed.addEventListener("input", () => {
    clearTimeout(timer);
    if (!typed.value.trim()) close();
    else if (box.dataset.suggest) timer = setTimeout(suggest, WAIT);
  });
  typed.addEventListener("blur", () => add(typed.value));

  list.id = `${source.id}_list`;
  list.className = "g-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label.textContent);
  if (box.dataset.suggest) {
    typed.setAttribute("role", "combobox");
    typed.setAttribute("aria-autocomplete", "list");
    typed.setAttribute("aria-controls", list.id);
    typed.setAttribute("aria-expanded", "false");
  }
  shown.className = "g-chips";
  shown.append(typed, list);
  source.type = "hidden";
  label.htmlFor = typed.id;
  box.append(shown);
  draw();
}
