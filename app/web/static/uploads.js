// Sends chosen files in parts, over tus 1.0, and goes on where a broken line stopped. Without it the form sends them.

const SMALLEST = 64 * 1024;
const LARGEST = 1024 * 1024;
const QUICK = 2000;
const PATIENCE = 90000;
const TRIES = 4;

class Refused extends Error {}

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const hex = (number) => (number >>> 0).toString(16).padStart(8, "0");

// A browser offers SHA-256 over https only; elsewhere two sums of every byte tell one file from another.
const fingerprint = async (file) => {
  const content = await file.arrayBuffer();
  if (window.crypto && crypto.subtle) {
    const words = new DataView(await crypto.subtle.digest("SHA-256", content));
    return Array.from({ length: 8 }, (_none, place) => hex(words.getUint32(place * 4))).join("");
  }
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  new Uint8Array(content).forEach((byte) => {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other + byte, 0x85ebca6b) ^ (other >>> 13);
  });
  return `sum-${hex(one)}${hex(other)}`;
};

const faultOf = async (answer) => {
  try {
    const problem = await answer.json();
    return problem.errors.map((one) => one.message).join(" ") || problem.detail;
  } catch {
    return "";
  }
};

const part = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });

export const start = (box) => {
  if (box.dataset.started) return;
  box.dataset.started = "yes";
  const words = JSON.parse(box.dataset.words);
  const [form, input] = [box.closest("form"), box.querySelector("input[type=file]")];
  const [list, status] = [box.querySelector("[data-list]"), box.querySelector("[data-status]")];
  const auto = "auto" in box.dataset;
  let items = [];
  let [busy, pressed] = [false, null];

  const say = (key, item, more = {}) =>
    words[key].replace(/\{(\w+)\}/g, (_all, name) => ({ name: item && item.file.name, percent: item && `${item.percent} %`, ...more })[name]);

  const ask = async (method, url, headers, body) => {
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), PATIENCE);
    const always = { Accept: "application/json", "Tus-Resumable": "1.0.0", "X-CSRFToken": form.elements.csrf_token.value };
    try {
      return await fetch(url, { method, body, headers: { ...always, ...headers }, signal: clock.signal });
    } finally {
      clearTimeout(timer);
    }
  };

  const judge = async (answer) => {
    if (answer.ok) return;
    if (answer.status === 401) throw new Refused(words.signedOut);
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    throw new Refused((await faultOf(answer)) || words.refused);
  };

  const begin = async (item) => {
    const { file } = item;
    const said = { filename: file.name, fingerprint: file.size > box.dataset.largest ? "" : await fingerprint(file) };
    const purpose = form.querySelector("[name=purpose]:checked");
    if (purpose) said.purpose = purpose.value;
    if (box.dataset.criteria) said.criteria = box.dataset.criteria;
    ["number", "issued_on", "summary"].forEach((name) => {
      const typed = form.elements[name];
      if (typed && typed.value.trim()) said[name] = typed.value;
    });
    const metadata = Object.entries(said).map(([name, text]) => `${name} ${encoded(text)}`).join(",");
    const answer = await ask("POST", box.dataset.at, { "Upload-Length": file.size, "Upload-Metadata": metadata });
    await judge(answer);
    item.url = answer.headers.get("Location");
    item.offset = Number(answer.headers.get("Upload-Offset"));
  };

  const locate = async (item) => {
    const answer = await ask("HEAD", item.url, {});
    if (answer.status === 404) {
      item.url = null;
      return;
    }
    await judge(answer);
    item.offset = Number(answer.headers.get("Upload-Offset"));
  };

  const step = async (item) => {
    if (!item.url) await begin(item);
    else if (item.offset === null) await locate(item);
    if (item.url === null || item.state !== "sending") return;
    const [from, began] = [item.offset, performance.now()];
    const body = item.file.slice(from, from + item.part);
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": from };
    const answer = await ask("PATCH", item.url, headers, body);
    if (answer.status === 409 || answer.status === 404) {
      item.offset = null;
      return;
    }
    await judge(answer);
    item.offset = Number(answer.headers.get("Upload-Offset"));
    if (performance.now() - began < QUICK) item.part = Math.min(item.part * 2, LARGEST);
    const finished = answer.headers.get("Upload-Finished");
    if (finished) turn(item, finished === "known" ? "known" : "done");
  };

  const show = (item) => {
    item.percent = Math.floor(((item.offset || item.reached) * 100) / item.file.size) || 0;
    item.reached = item.offset || item.reached;
    item.words.textContent = item.state === "refused" ? item.fault : say(item.state, item);
    item.words.className = ["refused", "broken"].includes(item.state) ? "govuk-error-message" : "app-upload__words";
    item.bar.value = ["done", "known"].includes(item.state) ? 100 : item.percent;
    item.bar.hidden = item.state === "refused";
    item.again.hidden = item.state !== "broken";
    item.drop.hidden = ["done", "known"].includes(item.state);
  };

  const turn = (item, state) => {
    item.state = state;
    show(item);
    if (state !== "waiting") status.textContent = `${item.file.name}: ${item.words.textContent}`;
  };

  const send = async (item) => {
    let tries = 0;
    turn(item, "sending");
    while (item.state === "sending") {
      const before = item.reached;
      try {
        await step(item);
        if (item.state === "sending") show(item);
      } catch (error) {
        if (item.state !== "sending") return;
        if (error instanceof Refused) {
          item.fault = error.message;
          turn(item, "refused");
          return;
        }
        item.part = Math.max(item.part / 2, SMALLEST);
        item.offset = null;
        tries = item.reached > before ? 1 : tries + 1;
        if (tries > TRIES) turn(item, "broken");
        else await pause(400 * 2 ** tries);
      }
      if (item.reached > before) tries = 0;
    }
  };

  const refresh = async () => {
    const shown = document.querySelector("[data-app-documents]");
    if (!shown) return;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      shown.replaceWith(page.querySelector("[data-app-documents]"));
    } catch {
      status.textContent = words.reload;
    }
  };

  const run = async () => {
    if (busy) return;
    busy = true;
    for (let item; (item = items.find((one) => one.state === "waiting")); ) await send(item);
    busy = false;
    const sent = items.filter((item) => ["done", "known"].includes(item.state)).length;
    const stuck = items.filter((item) => item.state === "broken").length;
    if (sent) await refresh();
    if (items.length > 1) status.textContent = say("sum", null, { sent, all: items.length });
    if (pressed && !stuck && !items.some((item) => item.state === "refused")) press();
    pressed = null;
  };

  const press = () => {
    if (form.requestSubmit) {
      form.requestSubmit(pressed);
      return;
    }
    const said = Object.assign(part("input", ""), { type: "hidden", name: pressed.name, value: pressed.value });
    form.append(said);
    form.submit();
  };

  const button = (key, item, act) => {
    const made = part("button", "govuk-button govuk-button--secondary app-upload__button", words[key]);
    made.type = "button";
    made.append(part("span", "govuk-visually-hidden", ` ${item.file.name}`));
    made.addEventListener("click", act);
    return made;
  };

  const remove = (item) => {
    item.state = "gone";
    items = items.filter((one) => one !== item);
    item.row.remove();
    list.hidden = !items.length;
    status.textContent = say("removed", item);
    if (item.url) ask("DELETE", item.url, {}).catch(() => null);
    input.focus();
  };

  const take = (files) => {
    items = items.filter((item) => item.state !== "refused" || item.row.remove());
    [...files].forEach((file) => {
      const item = { file, url: null, offset: null, reached: 0, part: SMALLEST * 2, fault: "" };
      item.row = part("li", "app-upload");
      item.bar = Object.assign(part("progress", "app-progress__bar"), { max: 100, value: 0 });
      item.bar.setAttribute("aria-label", file.name);
      item.words = part("span", "app-upload__words");
      item.again = button("again", item, () => {
        turn(item, "waiting");
        run();
      });
      item.drop = button("drop", item, () => remove(item));
      item.row.append(part("strong", "", file.name), item.words, item.bar, item.again, item.drop);
      list.append(item.row);
      items.push(item);
      turn(item, auto ? "waiting" : "chosen");
    });
    list.hidden = !items.length;
    input.value = "";
    if (auto) run();
    else status.textContent = say("count", null, { all: items.filter((item) => item.state === "chosen").length });
  };

  input.addEventListener("change", () => input.files.length && take(input.files));
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  window.addEventListener("online", () => {
    items.filter((item) => item.state === "broken").forEach((item) => turn(item, "waiting"));
    run();
  });
  form.addEventListener("submit", (event) => {
    const chosen = items.filter((item) => item.state === "chosen");
    if (!chosen.length && !busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (auto) {
      pressed = event.submitter;
      status.textContent = words.first;
    }
    chosen.forEach((item) => turn(item, "waiting"));
    run();
  });
  box.querySelectorAll("[data-scripted]").forEach((one) => (one.hidden = false));
  if (input.files.length) take(input.files);
};
