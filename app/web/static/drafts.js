/* Says on a form's own pages which of its answers this machine keeps unsaved (autosave.js keeps them). */

const box = document.querySelector("[data-app-drafts]");
const { appDrafts: form, person } = box.dataset;
const ANSWER = /[/]tc[/]([^/]+)[/]luu[|]/;

const list = (drafts) => {
  const codes = new Set(drafts.filter((draft) => !draft.sent).map((draft) => ANSWER.exec(draft.key)[1]));
  const links = [...codes].map((code) => {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `${form}/tc/${code}`;
    link.textContent = decodeURIComponent(code);
    return link;
  });
  box.querySelector("[data-app-draft-links]").append(...links.flatMap((link, place) => (place ? [", ", link] : [link])));
  box.hidden = !links.length;
};

const asked = indexedDB.open(`dung-han-${person}`);
asked.onupgradeneeded = () => asked.transaction.abort(); // there is none, and none is made
asked.onsuccess = () => {
  const range = IDBKeyRange.bound(`${form}/`, `${form}/~`);
  const found = asked.result.transaction("drafts").objectStore("drafts").getAll(range);
  asked.result.close();
  found.onsuccess = () => list(found.result);
};
