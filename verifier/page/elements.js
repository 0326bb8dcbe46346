/** Building pages from text alone: foreign words become text nodes, never HTML. */

/**
 * An element with attributes and children; null children are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string> | null} attributes
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * A list of names and values.
 * @param {[name: string, value: string, kind?: string][]} rows
 * @param {string} [kind]
 */
export function definitions(rows, kind = "") {
  const items = rows.flatMap(([name, value, style = ""]) => [
    element("dt", null, name),
    element("dd", { class: style }, value),
  ]);
  return element("dl", { class: kind }, ...items);
}

/**
 * Text in which digests stand in their own type.
 * @param {string} text
 */
export function marked(text) {
  const pieces = text.split(/(0x[0-9a-f]{40,})/);
  return pieces.map((piece, index) => (index % 2 ? element("span", { class: "mono" }, piece) : piece));
}

/**
 * A time as people read and write it.
 * @param {number} seconds UTC
 */
export const moment = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
