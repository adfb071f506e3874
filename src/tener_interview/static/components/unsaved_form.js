/** Forms of pages that the service writes whole: leaving one asks while it holds what was not sent. */

/** Let leaving the page ask if `form` was changed, or has `data-unsaved="yes"`, and is not what is being sent. */
export function askBeforeLeaving(form) {
  let isUnsaved = form.dataset.unsaved === "yes";
  form.addEventListener("input", () => {
    isUnsaved = true;
  });
  form.addEventListener("submit", () => {
    isUnsaved = false;
  });
  window.addEventListener("beforeunload", (leaving) => {
    if (isUnsaved) leaving.preventDefault();
  });
  // Back to a page that the browser has kept: what was sent may not have been saved.
  window.addEventListener("pageshow", (shown) => {
    if (shown.persisted) isUnsaved = true;
  });
}
