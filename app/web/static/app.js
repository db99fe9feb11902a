// Small comforts on top of pages that work without it: focus, double presses, the reason box, signing out.

const SIGN_OUT_WAIT = 2000;

const focusSummary = () => {
  const summary = document.querySelector("[data-app-focus]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest("fieldset, .govuk-form-group") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
};

const ignoreDoublePress = () => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.appSent) {
      event.preventDefault();
      return;
    }
    form.dataset.appSent = "yes";
    form.classList.add("app-sending");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-app-sent]").forEach((form) => {
      delete form.dataset.appSent;
      form.classList.remove("app-sending");
    });
  });
};

const current = (name) => {
  const control = document.querySelector(`[name="${CSS.escape(name)}"]:checked, input[name="${CSS.escape(name)}"]:not([type=radio])`);
  return control ? control.value.trim().replace(",", ".") : "";
};

const foldReasons = () => {
  document.querySelectorAll("[data-app-reason]").forEach((group) => {
    const { appReason: name, appMaximum: maximum } = group.dataset;
    const fold = () => {
      const box = group.querySelector("textarea");
      group.hidden = !box.value && current(name) === maximum.replace(",", ".");
    };
    document.addEventListener("input", (event) => event.target.name === name && fold());
    fold();
  });
};

const copyText = async (box) => {
  box.select();
  try {
    await navigator.clipboard.writeText(box.value);
  } catch {
    document.execCommand("copy");
  }
};

const offerCopying = () => {
  document.querySelectorAll("[data-app-copy]").forEach((button) => {
    const box = document.getElementById(button.dataset.appCopy);
    const status = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copyText(box);
      status.textContent = button.dataset.appCopied;
    });
  });
};

/* What a person typed and never saved stays on a machine no longer than the person, who is asked first (autosave.js). */
const countDrafts = (name) =>
  new Promise((resolve) => {
    setTimeout(resolve, SIGN_OUT_WAIT, 0);
    const asked = indexedDB.open(name);
    asked.onupgradeneeded = () => asked.transaction.abort(); // there is none, and none is made
    asked.onerror = () => resolve(0);
    asked.onsuccess = () => {
      const found = asked.result.transaction("drafts").objectStore("drafts").getAll();
      asked.result.close();
      found.onsuccess = () => resolve(found.result.filter((draft) => !draft.sent).length);
    };
  });

const dropDrafts = () => {
  const form = document.querySelector("form[data-app-sign-out]");
  if (!form || !window.indexedDB) return;
  const name = `dung-han-${form.dataset.appSignOut}`;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if ((await countDrafts(name)) && !window.confirm(form.dataset.appUnsaved)) return;
    const dropping = indexedDB.deleteDatabase(name);
    dropping.onsuccess = dropping.onerror = dropping.onblocked = () => form.submit();
    setTimeout(() => form.submit(), SIGN_OUT_WAIT);
  });
};

// The sender of files is fetched when somebody turns to it: a page that is only read stays small.
const offerUploads = () => {
  document.querySelectorAll("[data-app-uploads]").forEach((box) => {
    const load = () => import(box.dataset.appUploads).then(({ start }) => start(box));
    ["pointerenter", "focusin", "change", "dragenter"].forEach((name) => box.addEventListener(name, load, { once: true }));
  });
};

focusSummary();
offerUploads();
dropDrafts();
offerCopying();
ignoreDoublePress();
foldReasons();
