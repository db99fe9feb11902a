// A group's table used like a sheet: Enter and arrows move between cells, a block copied from Excel fills them.
//
// Cells carry data-app-cell with their column: 0 answer, 1 reason, 2 estimate. A line of the sheet is one control of
// an answer; reason and estimate belong to the first line of their criterion. Without this file the form works as it is.

const table = document.querySelector("[data-app-grid]");
const board = document.querySelector("[data-app-pasted]");
const COLUMNS = 3;
const TICKED = new Set(["x", "✓", "✔", "v", "có", "yes", "true", "1"]);
const UNTICKED = new Set(["0", "không", "no", "false", "-"]);

const plain = (text) => text.normalize("NFC").trim().toLowerCase();

// One entry for each line: its three cells, null where a line has none; a locked criterion is a line without cells.
const lines = () =>
  [...table.querySelectorAll("[data-app-row]")].flatMap((row) => {
    const answers = [...row.querySelectorAll("[data-app-cell='0']")];
    const rest = [1, 2].map((column) => row.querySelector(`[data-app-cell='${column}']`));
    if (!answers.length) return [{ code: row.dataset.appRow, cells: [null, null, null] }];
    return answers.map((cell, place) => ({
      code: row.dataset.appRow,
      cells: [cell, ...(place ? [null, null] : rest)],
    }));
  });

const place = (cell) => {
  const column = Number(cell.dataset.appCell);
  const all = lines();
  return { all, column, line: all.findIndex((line) => line.cells[column] === cell) };
};

// ---- moving ----

const enter = (cell) => {
  cell.focus();
  if (cell.select) cell.select();
};

const vertical = (cell, step) => {
  const { all, column, line } = place(cell);
  for (let next = line + step; all[next]; next += step) {
    if (all[next].cells[column]) return enter(all[next].cells[column]);
  }
};

const horizontal = (cell, step) => {
  const { all, column, line } = place(cell);
  const row = all.filter((one) => one.code === all[line].code);
  const cells = [all[line].cells[0], row[0].cells[1], row[0].cells[2]];
  const next = cells[column + step];
  if (next) enter(next);
};

const isTick = (cell) => cell.type === "checkbox";
const isList = (cell) => cell.tagName === "SELECT";
const isProse = (cell) => cell.tagName === "TEXTAREA";

// An arrow belongs to the text while it has somewhere to go in it.
const leaves = (cell, step) => {
  if (isTick(cell) || isList(cell)) return true;
  const { selectionStart: from, selectionEnd: to, value } = cell;
  if (!value || (from === 0 && to === value.length)) return true;
  return from === to && (step < 0 ? from === 0 : to === value.length);
};

const breakLine = (box) => {
  box.setRangeText("\n", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

const pressed = {
  Enter: (event, cell) => {
    if (isProse(cell) && event.altKey) breakLine(cell);
    else if (event.altKey || event.ctrlKey || event.metaKey) return false;
    else vertical(cell, event.shiftKey ? -1 : 1);
    return true;
  },
  ArrowDown: (event, cell) => sideways(event, cell, 1, vertical),
  ArrowUp: (event, cell) => sideways(event, cell, -1, vertical),
  ArrowRight: (event, cell) => sideways(event, cell, 1, horizontal),
  ArrowLeft: (event, cell) => sideways(event, cell, -1, horizontal),
};

const sideways = (event, cell, step, move) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  if (isProse(cell) && cell.value) return false;
  if (isList(cell) && move === vertical) return false;
  if (move === horizontal && !leaves(cell, step)) return false;
  move(cell, step);
  return true;
};

const isSheet = () => getComputedStyle(table).display === "table";

const onKey = (event) => {
  const cell = event.target.closest("[data-app-cell]");
  const act = pressed[event.key];
  if (!cell || !act || event.isComposing || !isSheet()) return;
  if (act(event, cell)) event.preventDefault();
};

// ---- pasting ----

// Excel puts a cell that holds a line break, a tab or a quote between quotes and doubles the quotes inside.
const quoted = /^"((?:[^"]|"")*)"(?=\t|\r?\n|$)/;

const parseBlock = (text) => {
  const rows = [[]];
  let rest = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (;;) {
    const found = quoted.exec(rest);
    const isOne = found && /[\t\n]|""/.test(found[1]);
    const whole = isOne ? found[0] : /^[^\t\n]*/.exec(rest)[0];
    rows[rows.length - 1].push((isOne ? found[1].replace(/""/g, '"') : whole).trim());
    rest = rest.slice(whole.length);
    if (!rest) return rows;
    if (rest[0] === "\n") rows.push([]);
    rest = rest.slice(1);
  }
};

const stateOf = (cell) => (isTick(cell) ? cell.checked : cell.value);

const setState = (cell, state) => {
  if (isTick(cell)) cell.checked = state;
  else cell.value = state;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
  cell.dispatchEvent(new Event("change", { bubbles: true }));
};

// What a cell would hold after a paste; undefined where it cannot hold the text.
const fitting = (cell, text) => {
  if (isTick(cell)) return TICKED.has(plain(text)) || (UNTICKED.has(plain(text)) ? false : undefined);
  if (!isList(cell)) return text;
  const same = [...cell.options].find((option) =>
    [option.dataset.words || "", option.value, option.text].some((words) => words && plain(words) === plain(text)),
  );
  return same && same.value;
};

const targetOf = (all, line, column) => {
  if (!all[line]) return { why: board.dataset.beyond };
  if (column >= COLUMNS) return { why: board.dataset.beyond, at: all[line].code };
  const cell = all[line].cells[column];
  return cell ? { cell, at: all[line].code } : { why: board.dataset.locked, at: all[line].code };
};

const fillIn = (first, rows) => {
  const { all, column, line } = place(first);
  const before = [], misfits = [];
  rows.forEach((texts, down) => texts.forEach((text, right) => {
    if (!text) return;
    const { cell, why, at = "" } = targetOf(all, line + down, column + right);
    const state = cell && fitting(cell, text);
    if (state === undefined) {
      misfits.push([at, text, why || board.dataset.unlisted]);
      return;
    }
    before.push([cell, stateOf(cell)]);
    setState(cell, state);
  }));
  return { before, misfits };
};

const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });

const worded = (words, count) => words.replace("{count}", count);

const listed = (misfits) => {
  const list = element("ul", "", { className: "govuk-list govuk-list--bullet" });
  list.append(...misfits.map(([at, text, why]) => element("li", `${at ? `${at}: ` : ""}“${text}” (${why})`)));
  return list;
};

const undoButton = (before) => {
  const button = element("button", board.dataset.undo, { type: "button", className: "govuk-button govuk-button--secondary" });
  button.addEventListener("click", () => {
    [...before].reverse().forEach(([cell, state]) => setState(cell, state));
    board.replaceChildren(element("p", board.dataset.undone, { className: "govuk-body" }));
    before[0][0].focus();
  });
  return button;
};

const tell = ({ before, misfits }) => {
  board.hidden = false;
  board.classList.toggle("app-pasted--misfit", misfits.length > 0);
  const said = [element("p", worded(board.dataset.done, before.length), { className: "govuk-body" })];
  if (misfits.length) said.push(element("p", worded(board.dataset.misfit, misfits.length), { className: "govuk-body" }), listed(misfits));
  if (before.length) said.push(undoButton(before));
  board.replaceChildren(...said);
};

// Several lines without a tab may be one reason from a letter; a sheet sends a table along.
const isBlock = (cell, clipboard, text) => {
  if (isTick(cell) || isList(cell) || text.includes("\t")) return true;
  const lined = text.replace(/\r?\n$/, "").includes("\n");
  return lined && (!isProse(cell) || /<table/i.test(clipboard.getData("text/html")));
};

const onPaste = (event) => {
  const cell = event.target.closest("[data-app-cell]");
  const text = cell && event.clipboardData.getData("text/plain");
  if (!text || !isBlock(cell, event.clipboardData, text)) return;
  event.preventDefault();
  tell(fillIn(cell, parseBlock(text)));
};

// ---- standing ----

// The row says what autosave.js learns: that it waits, stands, or which of its cells is wrong.
const stand = (row, stage) => {
  const template = document.querySelector(`[data-app-state="${stage}"]`);
  if (template) row.querySelector("[data-app-stage]").replaceChildren(template.content.cloneNode(true));
};

const excuse = (row) => {
  row.querySelectorAll("[data-app-fault]").forEach((told) => told.remove());
  row.querySelectorAll("[aria-invalid]").forEach((cell) => {
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    cell.classList.remove("govuk-input--error", "govuk-select--error", "govuk-textarea--error");
  });
};

const blame = (row, name, words) => {
  const cell = document.getElementById(`${row.dataset.appRow}.${name}`);
  if (!cell) return;
  const told = element("p", words, { className: "govuk-error-message", id: `${cell.id}.fault` });
  told.dataset.appFault = "";
  (cell.closest(".app-line") || cell).after(told);
  cell.setAttribute("aria-invalid", "true");
  cell.setAttribute("aria-describedby", told.id);
  const look = { INPUT: "govuk-input--error", SELECT: "govuk-select--error", TEXTAREA: "govuk-textarea--error" };
  if (!isTick(cell)) cell.classList.add(look[cell.tagName]);
};

// autosave.js has heard of the change before: its line says whether anything waits.
const onChange = (event) => {
  const row = event.target.closest("[data-app-autosave]");
  if (!row || !event.target.matches("[data-app-cell]")) return;
  const said = row.querySelector("[data-app-save-state]").textContent;
  const waits = said === document.getElementById("app-autosave").dataset.unsaved;
  excuse(row);
  stand(row, waits ? "waiting" : row.querySelector("[data-app-stage]").dataset.appStage);
};

const onSaved = ({ target: row, detail }) => {
  row.querySelector("[data-app-stage]").dataset.appStage = detail.stage;
  stand(row, detail.stage);
  // What the page showed at first is no longer what is stored: from now on only that counts when all is sent.
  row.querySelector("input[name$='.shown']").value = "";
};

const onRefused = ({ target: row, detail }) => {
  if (detail.half) return;
  stand(row, "wrong");
  excuse(row);
  Object.entries(detail.errors).forEach(([name, words]) => blame(row, name, words));
};

if (table && board) {
  document.querySelector("[data-app-keys]").hidden = false;
  table.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  table.addEventListener("input", onChange);
  table.addEventListener("app-saved", onSaved);
  table.addEventListener("app-refused", onRefused);
}
