/**
 * Loads the script of a page once the browser has painted the page for the first time. Otherwise a browser that has
 * kept the script runs it before it paints anything, and readers look at nothing for that long.
 */

/** Where no frame is painted: a browser does not paint a page that nobody sees. */
const MAX_WAIT_MS = 100;

const { script: address } = document.querySelector("script[data-script]").dataset;
const main = document.getElementById("main");
let isAsked = false;

function load() {
  if (isAsked) return;
  isAsked = true;
  const script = document.createElement("script");
  script.type = "module";
  script.src = address;
  script.addEventListener("load", () => main.removeAttribute("aria-busy"));
  document.head.append(script);
}

main.setAttribute("aria-busy", "true");
// The frame is painted right after this call, and a script that is fetched runs later.
requestAnimationFrame(load);
setTimeout(load, document.visibilityState === "visible" ? MAX_WAIT_MS : 0);
