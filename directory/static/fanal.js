/* What the page gains with a script; it does everything without. htmx fetches the communes that
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
  let active = -1;

  /* ---- The list of communes under the field: ARIA combobox, list only. ---- */

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

  function forgetPoint() {
    form.elements.lat.value = form.elements.lon.value = "";
  }

  function choose(option) {
    input.value = option.dataset.label;
    forgetPoint();
    show(false);
    input.focus();
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  list.addEventListener("htmx:afterSwap", () => {
    const count = options().length;
    status.textContent = count ? list.firstElementChild.dataset.count : status.dataset.none;
    show(count > 0 && document.activeElement === input);
  });
  input.addEventListener("input", forgetPoint);
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape") return show(false);
    if (list.hidden || !count) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      point((active + 1) % count);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      point(active > 0 ? active - 1 : count - 1);
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
