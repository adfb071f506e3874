// Judges a page by the rules of axe. Follows axe's own script in the same page, and adds `axe.judge`.
//
// Two kinds of rules take more time than all others together: those about colours, and that about the sizes of what is
// pressed. They judge looks: a look is a short text that stands for whatever such rules judge by. What looks as something
// did that was good is not judged again: most of a page is as on the page before.
{
  const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const COLOURS = ["color-contrast", "link-in-text-block"];
  const SIZES = ["target-size"];
  const OTHERS = axe.getRules(TAGS)
    .filter(({ ruleId, tags }) => ![...COLOURS, ...SIZES].includes(ruleId)
      && !tags.includes("experimental") && !tags.includes("deprecated"))
    .map(({ ruleId }) => ruleId);

  const hashes = new Map();
  // The same text has the same hash on every page and in every process.
  const hashOf = (text) => {
    if (!hashes.has(text)) {
      let number = 7;
      for (let at = 0; at < text.length; at++) number = (number * 33 + text.charCodeAt(at)) % 9007199254740;
      hashes.set(text, number.toString(36));
    }
    return hashes.get(text);
  };

  // By colours and sizes of visible elements with words, by whether they are disabled, and by all around them.
  const colourLooks = () => {
    const hasWords = (element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const looks = new Map([[null, "colours"]]);
    const lookOf = (element) => {
      if (!looks.has(element)) {
        const style = getComputedStyle(element);
        looks.set(element, hashOf([lookOf(element.parentElement), element.localName, hasWords(element),
          element.matches(":disabled, [aria-disabled=true]"), style.color, style.backgroundColor,
          style.backgroundImage, style.opacity, style.fontSize, style.fontWeight, style.filter,
          style.textDecorationLine, style.textShadow, style.position, style.mixBlendMode].join()));
      }
      return looks.get(element);
    };
    return [...document.body.querySelectorAll("*")]
      .filter((element) =>
        element.checkVisibility() && (hasWords(element) || element.matches("a, input, select, textarea")))
      .map((element) => [lookOf(element), element]);
  };

  // By the size of what can be pressed and is small or covered, by whether it is within a text, and by what is near.
  const sizeLooks = () => {
    const boxes = [...document.body.querySelectorAll(
      "a, button, input, select, textarea, summary, [role], [tabindex]")]
      .filter((element) => element.checkVisibility())
      .map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { element, left, right, top, bottom };
      });
    const near = ({ left, right, top, bottom }, distance) => boxes.filter((other) =>
      other.left < right + distance && other.right > left - distance
      && other.top < bottom + distance && other.bottom > top - distance);
    const isSmall = ({ left, right, top, bottom }) => right - left < 24 || bottom - top < 24;
    const isCovered = (box) => near(box, 0).some(({ element }) =>
      !box.element.contains(element) && !element.contains(box.element));
    return boxes.filter((box) => isSmall(box) || isCovered(box)).map((box) => {
      const { element, left, right, top, bottom } = box;
      const around = near(box, 24).flatMap((other) => [
        other.left - left, other.top - top, other.right - other.left, other.bottom - other.top]);
      return [hashOf(["sizes", element.localName, getComputedStyle(element).display,
        element.parentElement.textContent.trim() === element.textContent.trim(),
        ...[right - left, bottom - top, ...around].map(Math.round)].join()), element];
    });
  };

  const KINDS = [{ rules: COLOURS, looksOf: colourLooks }, { rules: SIZES, looksOf: sizeLooks }];

  // The elements that rules of these kinds judge: all others are passed over.
  const chosen = new Map();
  for (const id of [...COLOURS, ...SIZES]) {
    const { matches } = axe.utils.getRule(id);
    const isChosen = function (element, ...more) {
      return chosen.get(id).has(element) && matches.call(this, element, ...more);
    };
    axe.configure({ rules: [{ id, matches: isChosen }] });
  }
  // Of what passes, nobody reads the HTML.
  axe.configure({ noHtml: true });

  // Looks that were found bad on this page are not told of again.
  const bad = new Set();

  // What is broken, and the looks that are found good. All in one go: a page that is drawn anew in between has none of
  // the elements that were chosen.
  axe.judge = async (good, isLast) => {
    document.getAnimations().forEach((each) => each.finish());
    const known = new Set([...good.split(" "), ...bad]);
    const unknown = KINDS.map(({ rules, looksOf }) =>
      ({ rules, looks: looksOf().filter(([look]) => !known.has(look)) })).filter(({ looks }) => looks.length);
    for (const { rules, looks } of unknown) {
      // Of each look, the first and the last element: one may be covered by another.
      const ends = new Set([...new Map(looks.toReversed()).values(), ...new Map(looks).values()]);
      rules.forEach((rule) => chosen.set(rule, ends));
    }
    const { violations } = await axe.run({
      runOnly: { type: "rule", values: [...OTHERS, ...unknown.flatMap(({ rules }) => rules)] },
      // Only one example of what passes, no selectors, no style sheets loaded once more: that halves the time.
      resultTypes: ["violations"], selectors: false, preload: false, elementRef: true,
    });
    const broken = new Set(violations.map(({ id }) => id));
    const goodLooks = new Set();
    for (const { rules, looks } of unknown) {
      const isGood = !rules.some((rule) => broken.has(rule));
      if (isGood || isLast) looks.forEach(([look]) => (isGood ? goodLooks : bad).add(look));
    }
    const found = violations.map(({ id, nodes }) =>
      `${id}: ${nodes.map(({ element }) => element.outerHTML.slice(0, 120))}`);
    return [found, [...goodLooks]];
  };
}
