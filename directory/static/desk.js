/* What forms of several lines gain with a script: how many signs are left, near the end. */
"use strict";

for (const left of document.querySelectorAll("[data-left]")) {
  const area = left.parentElement.querySelector("textarea");
  const tell = () => {
    const count = area.maxLength - area.value.length;
    left.hidden = count > 100;
    left.textContent = left.dataset.left.replace("{}", count);
  };
  area.addEventListener("input", tell);
  tell();
}
