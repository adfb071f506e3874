/** Signing in without a history entry, so that Back never leads to a submitted form. Without this, the form submits. */

import { signIn } from "../components/signin.js";
import { byId, fill } from "../lib/dom.js";

const token = byId("token");
const message = byId("message");
const form = document.querySelector("form");
const go = form.querySelector("button");

form.addEventListener("submit", async (press) => {
  press.preventDefault();
  go.disabled = true;
  const fault = await signIn(token.value);
  go.disabled = false;
  if (fault === null) {
    // This address redirects who is signed in.
    window.location.replace(window.location.href);
    return;
  }
  message.className = "message";
  message.setAttribute("role", "alert");
  token.setAttribute("aria-invalid", "true");
  fill(message, fault);
  token.select();
  token.focus();
});
