// Draws table and data_table: real tables with a head that stays, and for data_table sorting, a filter and pages.

import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { richText } from "./richtext.js";

function cellNodes(cell, ctx) {
  switch (cell?.type) {
    case "rich_text":
      return richText(cell, ctx);
    case "raw_number":
      return cell.text ?? new Intl.NumberFormat(ctx.me.locale).format(cell.value);
    default:
      return cell?.text ?? "";
  }
}

/** What a cell is sorted and filtered by. */
function cellValue(cell, ctx) {
  if (cell?.type === "raw_number") return cell.value;
  if (cell?.type === "rich_text") return firstMoment(cell) ?? richText(cell, ctx).textContent;
  return cell?.text ?? "";
}

function firstMoment(cell) {
  for (const part of cell.elements) {
    for (const element of part.elements) if (element.type === "date") return element.timestamp;
  }
  return null;
}

/** The table in a frame of its own that scrolls sideways; keyboards can reach and scroll it. */
function frame(name, table) {
  return h("div", { class: "table-frame", role: "region", "aria-label": name, tabindex: 0 }, table);
}

function drawCell(cell, isHeader, numeric, ctx) {
  const properties = numeric ? { class: "numeric" } : {};
  return isHeader ? h("th", { scope: "row", ...properties }, cellNodes(cell, ctx)) : h("td", properties, cellNodes(cell, ctx));
}

/** Draw a `table` block: its first row is the head. */
export function plainTable(block, ctx) {
  const [head = [], ...body] = block.rows;
  const align = (index) => {
    const setting = block.column_settings?.[index];
    return setting?.align ? { class: `align-${setting.align}` } : {};
  };
  const cell = (tag, entry, index) => h(tag, tag === "th" ? { scope: "col", ...align(index) } : align(index), cellNodes(entry, ctx));
  return frame(
    ctx.say("table"),
    h(
      "table",
      { class: "table" },
      h("thead", {}, h("tr", {}, head.map((entry, index) => cell("th", entry, index)))),
      h("tbody", {}, body.map((row) => h("tr", {}, row.map((entry, index) => cell("td", entry, index))))),
    ),
  );
}

/** Draw a `data_table` block. */
export function dataTable(block, ctx) {
  const [head = [], ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const rowHeader = block.row_header_column_index ?? 0;
  const numeric = head.map((_, index) => rows.length > 0 && rows.every((row) => row[index]?.type === "raw_number"));
  const order = new Intl.Collator(ctx.me.locale, { numeric: true, sensitivity: "base" });
  const view = { page: 0, filter: "", column: null, down: false };

  const filtered = () => {
    const wanted = view.filter.toLocaleLowerCase(ctx.me.locale);
    const found = rows.filter((row) => row.some((cell) => textOf(cell).toLocaleLowerCase(ctx.me.locale).includes(wanted)));
    if (view.column === null) return found;
    const direction = view.down ? -1 : 1;
    return found.sort((one, other) => {
      const [left, right] = [one, other].map((row) => cellValue(row[view.column], ctx));
      return direction * (typeof left === "number" && typeof right === "number" ? left - right : order.compare(left, right));
    });
  };
  const textOf = (cell) => (cell?.type === "rich_text" ? richText(cell, ctx).textContent : String(cell?.text ?? cell?.value ?? ""));

  const captionId = freshId("caption");
  const headCells = head.map((cell, index) => {
    const arrow = h("span", { class: "sort-arrow" }, icon("unsorted"));
    const sort = () => {
      view.down = view.column === index && !view.down;
      view.column = index;
      view.page = 0;
      draw();
    };
    return h(
      "th",
      { scope: "col", "aria-sort": "none", class: numeric[index] ? "numeric" : null },
      h("button", { type: "button", class: "sort", data: { focus: `sort-${index}` }, on: { click: sort } }, h("span", {}, cell.text ?? ""), arrow),
    );
  });
  const body = h("tbody");
  const status = h("span", { class: "table-status", role: "status" });
  const turn = (by) => () => {
    view.page += by;
    draw();
  };
  const pager = (name, label, by) =>
    h("button", { type: "button", class: "icon-button outlined", "aria-label": ctx.say(label), data: { focus: label }, on: { click: turn(by) } }, icon(name));
  const previous = pager("left", "previousRows", -1);
  const next = pager("right", "nextRows", 1);
  const filter = h("input", {
    type: "search",
    class: "field filter",
    placeholder: ctx.say("filterRows"),
    "aria-label": ctx.say("filterRows"),
    data: { focus: "filter" },
    on: {
      input: () => {
        view.filter = filter.value.trim();
        view.page = 0;
        draw();
      },
    },
  });

  function draw() {
    const shown = filtered();
    const pages = Math.max(1, Math.ceil(shown.length / size));
    view.page = Math.min(view.page, pages - 1);
    const from = view.page * size;
    const page = shown.slice(from, from + size);
    fill(body, page.map((row) => h("tr", {}, row.map((cell, index) => drawCell(cell, index === rowHeader, numeric[index], ctx)))));
    headCells.forEach((cell, index) => {
      const sorted = view.column === index;
      cell.setAttribute("aria-sort", sorted ? (view.down ? "descending" : "ascending") : "none");
      fill(cell.querySelector(".sort-arrow"), icon(sorted ? (view.down ? "down" : "up") : "unsorted"));
    });
    status.textContent = shown.length > 0 ? ctx.say("rows", from + 1, from + page.length, shown.length) : ctx.say("noRows");
    // aria-disabled, not disabled: the button one has just pressed must not lose the focus on the last page.
    previous.setAttribute("aria-disabled", String(view.page === 0));
    next.setAttribute("aria-disabled", String(view.page >= pages - 1));
    body.dispatchEvent(new CustomEvent("redrawn", { bubbles: true }));
  }

  draw();
  const table = h("table", { class: "table", "aria-labelledby": captionId }, h("thead", {}, h("tr", {}, headCells)), body);
  return h(
    "div",
    { class: "data-table" },
    h("div", { class: "table-top" }, h("p", { class: "caption", id: captionId }, block.caption ?? ""), rows.length > size || rows.length > 4 ? filter : null),
    frame(block.caption ?? ctx.say("table"), table),
    h("div", { class: "table-foot" }, status, rows.length > size ? h("span", { class: "pager" }, previous, next) : null),
  );
}
