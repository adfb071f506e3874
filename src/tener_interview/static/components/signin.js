/** Signing in again without leaving the page when the sign-in has ended. */

import { el, fill } from "../lib/dom.js";

const WRONG = "That is not the admin token. Check that you copied all of it, without spaces.";
const NO_ANSWER = "The service did not answer. Check the network connection and try again.";

/** The open dialog as a promise; requests that fail together wait for one sign-in. */
let asking = null;

/** Ask for the admin token until it is right. Resolves when signed in. */
export function signInAgain() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

function ask() {
  const before = document.activeElement;
  const message = el("p", { id: "signin-message", class: "message", role: "alert" });
  const token = el("input", {
    id: "signin-token", type: "password", autocomplete: "current-password", autocapitalize: "off", spellcheck: "false",
    required: true, "aria-describedby": "signin-message",
  });
  const go = el("button", { class: "button primary", type: "submit" }, "Sign In");
  const form = el(
    "form", {},
    el("h2", { id: "signin-title" }, "Please sign in again"),
    el("p", {}, "You have been signed out. Nothing on this page is lost: sign in to continue."),
    message,
    el("input", { type: "text", autocomplete: "username", value: "recruiter", hidden: true }),
    el("div", { class: "field" }, el("label", { for: token.id }, "Admin token"), token),
    go,
  );
  const dialog = el("dialog", { id: "signin", class: "signin", "aria-labelledby": "signin-title" }, form);
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  token.focus();
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      const fault = await signIn(token.value);
      go.disabled = false;
      fill(message, fault);
      if (fault) {
        token.select();
        token.focus();
        return;
      }
      dialog.close();
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve();
    });
  });
}

/** Sign in. Returns what is wrong, or null. A right token is answered by a redirect, which is not followed. */
export async function signIn(token) {
  const body = new URLSearchParams({ token });
  const answer = await fetch("/login", { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer === null) return NO_ANSWER;
  if (answer.type === "opaqueredirect") return null;
  const wait = Number(answer.headers.get("Retry-After"));
  if (answer.status === 429) return `Too many wrong tokens. Wait ${wait || 60} seconds, then try again.`;
  return answer.status === 401 ? WRONG : NO_ANSWER;
}
