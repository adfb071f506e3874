/** The choice of a language, in the head of a page. */

const YEAR_S = 31_536_000;

for (const choice of document.querySelectorAll("select[data-language]")) {
  choice.addEventListener("change", () => {
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `tener_language=${choice.value}; path=/; max-age=${YEAR_S}; samesite=lax${secure}`;
    window.location.reload();
  });
}
