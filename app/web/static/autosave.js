/* Keeps what is typed, on the server and meanwhile on this machine. Pages work without it. It holds no words.

On the page, once:  #app-autosave (macro autosave_words of ui/autosave.html): the words, and data-person.
Any number of roots (macro autosaved): each is one answer, with a version of its own.
  data-app-autosave   address that the answer is posted to (see app/web/desk_autosave.py for what it replies)
  data-app-version    version that is shown; a hidden control named <prefix>version inside is kept in step
  data-app-prefix     what stands before the names of the root's controls and is cut off on the way, "" if absent
  data-app-unsaved    what is shown is not what is stored, because the server has refused it
Inside a root:
  data-app-save-state the line that says how it stands (macro save_state); aria-live
  data-app-save-more  where offers and collisions are shown; if absent, offers at the root's top, collisions after the line
  data-app-show=KEY   takes KEY of the reply, e.g. standing, points, stage_tag (HTML of our own making)
Outside: data-app-show-form=KEY takes KEY of any root's reply, e.g. left_words, total.
Events on a root, bubbling: app-saved, app-refused (what was typed cannot be taken) and app-collided, with the server's reply as detail.

This machine keeps drafts in IndexedDB, since localStorage reaches the disk only after seconds: one database for each
person, one entry for each answer and opening of its page. An entry goes when the server has its content, when its
owner drops it, and with the database when the owner signs out (app.js). "sent" marks what a button has sent and whose
answer this page did not live to see; drafts.js, which lists the others on a form's pages, passes it over. */

const words = document.getElementById("app-autosave").dataset;
const PAUSE = 1500;
const DRAFT_PAUSE = 400;
const LONGEST_WAIT = 60;
const SIGNED_OUT = [400, 401];

const opened = new Promise((resolve) => {
  try {
    const asked = indexedDB.open(`dung-han-${words.person}`, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "key" });
    asked.onerror = () => resolve(null);
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
  } catch {
    resolve(null);
  }
});

/* The result of one act on the store of drafts, null where this machine keeps none. "strict" is: on the disk. */
const drafts = async (mode, act) => {
  const database = await opened;
  return new Promise((resolve) => {
    try {
      const work = database.transaction("drafts", mode, { durability: "strict" });
      const asked = act(work.objectStore("drafts"));
      work.oncomplete = () => resolve(asked.result ?? true);
      work.onabort = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
};
const keep = (draft) => drafts("readwrite", (store) => store.put(draft));
const forget = (key) => drafts("readwrite", (store) => store.delete(key));
const kept = (url) => drafts("readonly", (store) => store.getAll(IDBKeyRange.bound(`${url}|`, `${url}|~`)));

const CLOCK = { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" };
const timeOf = (at) => new Date(at).toLocaleString("vi-VN", CLOCK);

const button = (text, press) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "app-save-state__button";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
};

const signInLink = () => {
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = `${words.signInUrl}?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = words.signIn;
  return link;
};

/* Posts; null where no reply of our server came back. */
const post = async (url, body) => {
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      keepalive: true,
    });
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return null;
  }
};

const watch = (root) => {
  const url = root.dataset.appAutosave;
  const prefix = root.dataset.appPrefix || "";
  const line = root.querySelector("[data-app-save-state]");
  const hidden = root.querySelector(`input[type=hidden][name="${CSS.escape(`${prefix}version`)}"]`);
  const key = `${url}|${Date.now()}`;
  const more = root.querySelector("[data-app-save-more]");
  let version = root.dataset.appVersion;
  let stopped = "";
  let busy = null;
  let tries = 0;
  let saving = 0;
  let drafting = 0;
  let leaving = false;
  let standing = line.textContent; // what the line said of what is stored

  const controls = () =>
    [...root.querySelectorAll("input, select, textarea")].filter(
      (one) => one.name.startsWith(prefix) && !["hidden", "file", "submit"].includes(one.type),
    );
  const typed = () => {
    const pairs = new URLSearchParams();
    controls().forEach((one) => {
      const chosen = !["radio", "checkbox"].includes(one.type) || one.checked;
      if (chosen) pairs.append(one.name.slice(prefix.length), one.value);
    });
    return pairs.toString();
  };
  const fill = (text) => {
    const pairs = new URLSearchParams(text);
    controls().forEach((one) => {
      const name = one.name.slice(prefix.length);
      if (["radio", "checkbox"].includes(one.type)) one.checked = pairs.getAll(name).includes(one.value);
      else one.value = pairs.get(name) || "";
      one.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };
  let stored = "appUnsaved" in root.dataset ? null : typed();

  const say = (text, ...pressable) => {
    if (line.textContent === text && !pressable.length) return;
    line.replaceChildren(text, ...pressable.flatMap((one) => [" ", one]));
  };
  const hold = (newer) => {
    version = String(newer);
    root.dataset.appVersion = version;
    if (hidden) hidden.value = version;
  };
  const keepDraft = async (more) => {
    clearTimeout(drafting);
    drafting = 0;
    return keep({ key, at: Date.now(), version, typed: typed(), ...more });
  };
  const dropDraft = () => {
    clearTimeout(drafting);
    drafting = 0;
    return forget(key);
  };
  const failing = async (text, ...pressable) => {
    const safe = await keepDraft();
    say(safe ? text : words.unkept, ...pressable);
  };

  const settle = (answer, sent) => {
    tries = 0;
    stored = sent;
    hold(answer.version);
    show(answer);
    standing = answer.saved_at;
    say(standing);
    if (typed() === sent) dropDraft();
    root.dispatchEvent(new CustomEvent("app-saved", { bubbles: true, detail: answer }));
  };
  const show = (answer) => {
    const fields = root.querySelectorAll("[data-app-show]");
    const outside = document.querySelectorAll("[data-app-show-form]");
    fields.forEach((one) => put(one, one.dataset.appShow, answer));
    outside.forEach((one) => put(one, one.dataset.appShowForm, answer));
  };
  const put = (place, name, answer) => {
    if (["stage_tag", "standing"].includes(name)) place.innerHTML = answer[name];
    else place.textContent = answer[name];
  };

  const collide = async (answer) => {
    stopped = "collision";
    await failing(answer.detail);
    const panel = document.createElement("div");
    panel.innerHTML = answer.panel;
    panel.querySelector("[data-app-keep-mine]").addEventListener("click", () => {
      panel.remove();
      stopped = "";
      hold(answer.version);
      save();
    });
    panel.querySelector("[data-app-take-theirs]").addEventListener("click", () => {
      panel.remove();
      const pairs = Object.entries(answer.theirs).flatMap(([name, some]) => [some].flat().map((one) => [name, one]));
      fill(new URLSearchParams(pairs).toString());
      clearTimeout(saving);
      stopped = "";
      hold(answer.version);
      stored = typed();
      dropDraft();
      say("");
      controls()[0].focus();
    });
    if (more) more.append(panel);
    else line.after(panel);
    root.dispatchEvent(new CustomEvent("app-collided", { bubbles: true, detail: answer }));
  };

  const again = () => {
    tries += 1;
    clearTimeout(saving);
    saving = setTimeout(save, 1000 * Math.min(LONGEST_WAIT, 2 ** tries));
    return failing(words.failed, button(words.retry, save));
  };

  const refuse = (answer) => {
    if (answer.status === 409) return collide(answer);
    if (SIGNED_OUT.includes(answer.status)) {
      stopped = "signed out";
      return failing(words.signedOut, signInLink());
    }
    if (answer.status === 422) root.dispatchEvent(new CustomEvent("app-refused", { bubbles: true, detail: answer }));
    if (answer.status === 422) return failing(answer.half ? words.half : `${words.unsaved}. ${answer.detail}`);
    stopped = "refused";
    return failing(`${words.refused} ${answer.detail}`);
  };

  const send = async () => {
    const sent = typed();
    say(words.saving);
    const body = new URLSearchParams(sent);
    body.append("version", version);
    body.append("csrf_token", document.querySelector("input[name=csrf_token]").value);
    const answer = await post(url, body);
    if (!answer || answer.status >= 500 || answer.status === 429) return again();
    if (answer.status !== 200) return refuse(answer);
    settle(answer, sent);
    if (typed() !== sent) changed();
    return null;
  };

  const save = () => {
    clearTimeout(saving);
    if (busy || stopped || leaving || typed() === stored) return busy;
    busy = send().finally(() => {
      busy = null;
    });
    return busy;
  };

  const changed = () => {
    if (typed() === stored) {
      clearTimeout(saving);
      if (busy) return;
      dropDraft();
      if (!stopped) say(standing);
      return;
    }
    drafting = drafting || setTimeout(keepDraft, DRAFT_PAUSE, {});
    if (stopped) return;
    say(words.unsaved);
    clearTimeout(saving);
    saving = setTimeout(save, PAUSE);
  };

  /* What an earlier opening of this page left behind: what equals the page goes, the rest is offered, never put in. */
  const offer = async () => {
    const found = ((await kept(url)) || []).filter((one) => one.key !== key);
    const shown = typed();
    found.filter((one) => one.typed === shown).forEach((one) => forget(one.key));
    const draft = found.filter((one) => one.typed !== shown).pop();
    if (!draft) return;
    const box = document.createElement("div");
    box.className = "app-decision app-decision--warn";
    const said = document.createElement("p");
    said.className = "govuk-body";
    said.textContent = words.offer.replace("{time}", timeOf(draft.at));
    const preview = document.createElement("p");
    preview.className = "govuk-body app-save-state__preview";
    preview.textContent = [...new URLSearchParams(draft.typed)].map(([name, text]) => named(name, text)).filter(Boolean).join(" · ");
    const close = () => {
      box.remove();
      return forget(draft.key);
    };
    const restore = async () => {
      hold(draft.version); // where others have saved since, the server shows both
      fill(draft.typed);
      if (await keepDraft()) close();
      box.remove();
    };
    box.append(said, preview, button(words.restore, restore), " ", button(words.drop, close));
    (more || root).prepend(box);
  };
  const named = (name, text) => {
    const chosen = controls().find((one) => one.name === prefix + name && one.value === text && ["radio", "checkbox"].includes(one.type));
    return chosen && chosen.labels.length ? chosen.labels[0].textContent.trim() : text;
  };

  const wake = () => {
    if (stopped === "signed out") stopped = "";
    if (tries || !stopped) save();
  };

  root.addEventListener("input", changed);
  root.addEventListener("change", changed);
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget)) save();
  });
  window.addEventListener("online", wake);
  window.addEventListener("pagehide", save);
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? save() : wake()));
  if (stored === null) keepDraft();
  offer();

  return {
    form: () => (controls()[0] || {}).form,
    busy: () => busy,
    leave: () => {
      leaving = true;
      clearTimeout(saving);
      if (typed() !== stored) keepDraft({ sent: true });
    },
  };
};

const roots = [...document.querySelectorAll("[data-app-autosave]")].map(watch);

/* A button of the form waits for what is on its way, so that its own version is not old when it arrives. */
document.addEventListener(
  "submit",
  (event) => {
    const mine = roots.filter((one) => one.form() === event.target);
    const waited = mine.map((one) => one.busy()).filter(Boolean);
    if (!waited.length) {
      mine.forEach((one) => one.leave());
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    Promise.all(waited).then(() => event.submitter.click());
  },
  true,
);
