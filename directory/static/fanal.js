/* What the page gains with a script; it does everything without. No eval, nothing inline. */
"use strict";

(function () {
  const field = document.querySelector("[data-places]");
  if (!field) return;
  const form = field.closest("form");
  const input = field.querySelector("#q");
  const list = field.querySelector("[role=listbox]");
  const status = form.querySelector("[data-status]");
  let active = -1;
  let asked = "";
  let timer = 0;

  /* ---- The list of communes under the field: ARIA combobox, list only. ---- */

  const options = () => Array.from(list.children);

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  }

  function point(index) {
    active = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const chosen = options()[index];
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  async function propose() {
    const text = input.value.trim();
    asked = text;
    if (text.length < 2) return show(false);
    try {
      const answer = await fetch(field.dataset.places + "?q=" + encodeURIComponent(text));
      if (!answer.ok || asked !== text) return;
      list.innerHTML = await answer.text();
    } catch (error) {
      return; /* Typing on still works: the server resolves the text itself. */
    }
    const count = options().length;
    status.textContent = count ? list.firstElementChild.dataset.count : status.dataset.none;
    show(count > 0 && document.activeElement === input);
  }

  function forgetPoint() {
    for (const name of ["lat", "lon"]) form.elements[name].value = "";
  }

  function choose(option) {
    input.value = option.dataset.label;
    forgetPoint();
    asked = input.value;
    show(false);
    input.focus();
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  input.addEventListener("input", () => {
    forgetPoint();
    clearTimeout(timer);
    timer = setTimeout(propose, 150);
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape") return show(false);
    if (list.hidden || !count) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point((active + step + (active < 0 && step < 0 ? 1 : 0) + count) % count);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    }
  });
  input.addEventListener("blur", () => show(false));
  /* Before the field loses focus, which would close the list under the finger. */
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });

  /* ---- Around me: rounded to about 100 m on the device, before anything is sent. ---- */

  const here = form.querySelector("[data-here]");
  if (here && "geolocation" in navigator) {
    here.hidden = false;
    const button = here.querySelector("button");
    const rounded = (degrees) => (Math.round(degrees * 1000) / 1000).toFixed(3);
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.removeAttribute("aria-busy");
          forgetPoint();
          input.value = button.dataset.label;
          form.elements.lat.value = rounded(coords.latitude);
          form.elements.lon.value = rounded(coords.longitude);
          form.requestSubmit();
        },
        () => {
          button.removeAttribute("aria-busy");
          status.classList.remove("hidden");
          status.textContent = button.dataset.refused;
          input.focus();
        },
        { maximumAge: 60000, timeout: 8000 },
      );
    });
  }

  /* ---- Blank fields stay out of the address, so that it can be read and shared. ---- */

  form.addEventListener("formdata", ({ formData }) => {
    for (const name of new Set(formData.keys())) {
      const values = formData.getAll(name).filter((value) => value !== "");
      formData.delete(name);
      values.forEach((value) => formData.append(name, value));
    }
  });
})();
