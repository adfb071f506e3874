/**
 * Signing in without a trace in the browser's history, so that Back never meets a form that was sent. Without this
 * script the form goes by itself.
 */

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
    // Whoever is signed in is led on from here.
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
