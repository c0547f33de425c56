/* What the page gains with a script; it does everything without. htmx fetches the places that
   are proposed and the next results; this file gives them to the keyboard. Nothing is stored. */
"use strict";

(function () {
  /* htmx notes the address of the page, with what was searched, for a history that is turned
     off here. On a shared telephone the next person could read it. */
  try {
    sessionStorage.removeItem("htmx-current-path-for-history");
  } catch (error) {
    /* Storage is refused: then nothing was noted. */
  }

  /* ---- The next results came in place of their button: the focus goes to the first. ---- */

  document.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt.matches("ol.cards")) detail.elt.querySelector("h3 a").focus();
  });

  const field = document.querySelector("[data-field]");
  if (!field) return;
  const form = field.closest("form");
  const input = field.querySelector("#q");
  const list = field.querySelector("[role=listbox]");
  const status = form.querySelector("[data-status]");
  const commune = form.elements.insee;
  let active = -1;

  /* ---- The list of places under the field: ARIA combobox, list only. ---- */

  const options = () => Array.from(list.children);

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    point(-1);
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

  /* What the commune was chosen with: it is sent only beside these very words. A browser may
     bring the field back without the commune, or the commune without the field. */
  let settled = "";
  /* What the list was asked for: an answer to anything else comes too late. */
  let typed = null;

  function settle(text, code) {
    settled = text;
    commune.value = code;
    form.elements.lat.value = form.elements.lon.value = "";
  }

  function choose(option) {
    input.value = option.dataset.label;
    settle(input.value, option.dataset.insee);
    typed = null;
    show(false);
    status.textContent = "";
    input.focus();
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  settled = input.defaultValue;
  commune.value = commune.dataset.chosen;

  list.addEventListener("htmx:afterSwap", () => {
    const count = options().length;
    if (input.value !== typed) return show(false);
    const none = input.value.trim().length < 3 ? "" : status.dataset.none;
    status.textContent = count ? list.firstElementChild.dataset.count : none;
    show(count > 0 && document.activeElement === input);
  });
  input.addEventListener("input", () => {
    typed = input.value;
    settle("", "");
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count || input.value !== typed) return;
      event.preventDefault();
      const next = event.key === "ArrowDown" ? active + 1 : (active > 0 ? active : count) - 1;
      if (list.hidden) show(true);
      point(next % count);
    } else if (list.hidden) {
      return;
    } else if (event.key === "Escape") {
      event.preventDefault();
      show(false);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      /* These move within the text, so nothing in the list is pointed at any more. */
      point(-1);
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
          input.value = button.dataset.label;
          settle("", "");
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
    if (input.value !== settled) formData.delete("insee");
    for (const name of new Set(formData.keys())) {
      const values = formData.getAll(name).filter((value) => value !== "");
      formData.delete(name);
      values.forEach((value) => formData.append(name, value));
    }
  });
})();
