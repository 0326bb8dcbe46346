/** A card on which a file is dropped or chosen. */

import { element } from "./elements.js";

/**
 * @param {{id: string, number: string, title: string, invitation: string, again: string, chosen: string | null}} words
 * @param {(file: File) => void} choose
 * @param {...(Node | null)} below
 */
export function chooser({ id, number, title, invitation, again, chosen }, choose, ...below) {
  const input = element("input", { type: "file", id, accept: ".json,application/json" });
  input.addEventListener("change", () => input.files?.[0] && choose(input.files[0]));
  const place = element(
    "label",
    { class: chosen === null ? "drop" : "drop chosen" },
    input,
    ...label(invitation, again, chosen),
  );
  place.addEventListener("dragover", () => place.classList.add("over"));
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", ({ dataTransfer }) => dataTransfer?.files[0] && choose(dataTransfer.files[0]));
  const heading = element("h2", null, element("span", { class: "number" }, number), title);
  return element("div", { class: "card" }, heading, place, ...below);
}

/**
 * @param {string} invitation
 * @param {string} again
 * @param {string | null} chosen
 */
const label = (invitation, again, chosen) =>
  chosen === null ? [invitation] : [`${chosen} · `, element("strong", null, again)];
