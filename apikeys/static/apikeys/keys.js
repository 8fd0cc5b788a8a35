// The pages of keys: copies a key, fills the form from a preset, adds one's own address to the list.
// Without it the key can be marked and copied, presets are links, and the address can be typed.

// --- copying ---

async function copy(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // no clipboard without HTTPS: mark it, and try the way of old
    const range = document.createRange();
    if (element.select) element.select();
    else {
      range.selectNodeContents(element);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const element = document.getElementById(button.dataset.copy);
    const copied = await copy(element.value ?? element.textContent, element);
    const said = copied ? button.dataset.said : button.dataset.failed;
    button.textContent = said;
    document.getElementById("copy-said").textContent = said;
    setTimeout(() => {
      button.textContent = name;
      document.getElementById("copy-said").textContent = "";
    }, 3000);
  });
}

// who goes back to the page finds no key in what the browser kept of it
addEventListener("pagehide", () => {
  for (const element of document.querySelectorAll("[data-secret]")) element.value = "";
});

// --- presets ---

const presets = document.querySelectorAll("[data-preset]");
for (const preset of presets) {
  preset.addEventListener("click", (event) => {
    const form = document.getElementById("apikey_form");
    if (!form || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    for (const [name, value] of Object.entries(JSON.parse(preset.dataset.preset))) {
      for (const input of form.querySelectorAll(`[name="${name}"]`)) {
        if (input.type === "checkbox") input.checked = value.includes(input.value);
        else input.value = value;
      }
    }
    for (const other of presets) other.removeAttribute("aria-current");
    preset.setAttribute("aria-current", "true");
    const said = document.getElementById("preset-said");
    said.textContent = `${said.dataset.said} ${preset.dataset.title}`;
    form.querySelector('[name="name"]').focus();
  });
}

// --- the list of addresses ---

for (const button of document.querySelectorAll("[data-add-address]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const list = document.getElementById(button.dataset.to);
    const address = button.dataset.addAddress;
    const lines = list.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const already = lines.includes(address);
    if (!already) {
      list.value = [...lines, address].join("\n");
      list.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const said = already ? button.dataset.already : button.dataset.said;
    document.getElementById("added-said").textContent = `${said} ${address}`;
  });
}

// Enter tries the address, and does not save the form
document.getElementById("try_address")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

// a time of one's own is chosen by writing it
const seconds = document.getElementById("id_seconds");
seconds?.addEventListener("input", () => {
  document.querySelector('[name="grace"][value="other"]').checked = true;
});
