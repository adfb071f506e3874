/** The data sheet of a candidate: on a phone its parts begin folded, and paper gets all of them. */

import { setUpDesk } from "../components/desk.js";

const NARROW = "(max-width: 720px)";
const PARTS = document.querySelectorAll(".sheet-part");

function openAll(open) {
  for (const part of PARTS) part.open = open;
}

setUpDesk();
if (window.matchMedia(NARROW).matches) openAll(false);
window.addEventListener("beforeprint", () => openAll(true));
