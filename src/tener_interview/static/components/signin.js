/** Signing in again without leaving the page when the sign-in has ended. */

import { el, fill } from "../lib/dom.js";
import { fromService, t } from "../lib/texts.js";

const WRONG = t("That is not the admin token. Check that you copied all of it, without spaces.");
const NO_ANSWER = t("The service did not answer. Check the network connection and try again.");
const AS_TYPED = { autocapitalize: "off", spellcheck: "false", "aria-describedby": "signin-message" };

/** The open dialog as a promise; requests that fail together wait for one sign-in. */
let asking = null;

/** Ask for a password or the admin token until one is right. Resolves when signed in. */
export function signInAgain() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

function ask() {
  const before = document.activeElement;
  const message = el("p", { id: "signin-message", class: "message", role: "alert" });
  const email = el("input", { id: "signin-email", type: "email", autocomplete: "username", ...AS_TYPED });
  const password = el("input", { id: "signin-password", type: "password", autocomplete: "current-password", ...AS_TYPED });
  const code = el("input", { id: "signin-code", autocomplete: "one-time-code", ...AS_TYPED });
  const token = el("input", { id: "signin-token", type: "password", autocomplete: "current-password", ...AS_TYPED });
  const go = el("button", { class: "button primary", type: "submit" }, t("Sign In"));
  const field = (label, input, hidden = false) => el("div", { class: "field", hidden }, el("label", { for: input.id }, label), input);
  const byPassword = el("div", { class: "signin-fields" }, field(t("E-mail address"), email), field(t("Password"), password), field(t("One-time code"), code, true));
  const byToken = el("div", { class: "signin-fields" }, field(t("Admin token"), token));
  const other = el("button", { class: "button quiet", type: "button" });
  const form = el(
    "form", {},
    el("h2", { id: "signin-title" }, t("Please sign in again")),
    el("p", {}, t("You have been signed out. Nothing on this page is lost: sign in to continue.")),
    message, byPassword, byToken, go, other,
  );
  const dialog = el("dialog", { id: "signin", class: "signin", "aria-labelledby": "signin-title" }, form);
  const choose = (withToken) => {
    byToken.hidden = !withToken;
    byPassword.hidden = withToken;
    other.textContent = withToken ? t("Use E-mail and Password") : t("Use the Admin Token");
    (withToken ? token : email).focus();
  };
  other.addEventListener("click", () => choose(byToken.hidden));
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  choose(!document.documentElement.dataset.user);
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      const byTokenNow = !byToken.hidden;
      const what = byTokenNow ? { token: token.value } : { email: email.value, password: password.value, code: code.value };
      const { fault, needsCode } = await signIn(what);
      go.disabled = false;
      fill(message, fault);
      if (fault) {
        if (needsCode) code.parentElement.hidden = false;
        const at = byTokenNow ? token : needsCode ? code : password;
        at.select();
        at.focus();
        return;
      }
      dialog.close();
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve();
    });
  });
}

/**
 * Sign in with `{token}` or `{email, password, code}`. `fault` says what is wrong, or is null; `needsCode` that a one-time
 * code is missing or wrong. What is right is answered by a redirect, which is not followed.
 */
export async function signIn(what) {
  const options = { method: "POST", body: new URLSearchParams(what), headers: { Accept: "application/json" }, redirect: "manual" };
  const response = await fetch("/login", options).catch(() => null);
  if (response === null) return { fault: NO_ANSWER };
  if (response.type === "opaqueredirect") return { fault: null };
  const wait = Number(response.headers.get("Retry-After"));
  if (response.status === 429) return { fault: t("Too many attempts to sign in. Wait {seconds} seconds, then try again.", { seconds: wait || 60 }) };
  if (response.status === 401 && "token" in what) return { fault: WRONG };
  const problem = await response.json().catch(() => null);
  return { fault: fromService(problem?.error) ?? NO_ANSWER, needsCode: problem?.code === "ONE_TIME_CODE_REQUIRED" || Boolean(what.code) };
}
