/**
 * The look of each part of the box, by a name for it: where it is, and what of its letters and
 * colours is not as around it. Of siblings of one name the first and the last stand for all.
 */
(box) => {
  const name = (element) =>
    element.id || element.classList[0] || element.getAttribute("role") || element.localName;
  const siblings = (element) =>
    [...element.parentElement.children].filter((one) => name(one) === name(element));
  const place = (element) => {
    const all = siblings(element);
    return all.length > 1 ? `${name(element)} ${all.indexOf(element) + 1}` : name(element);
  };
  const path = (element) =>
    element === box ? "box" : [path(element.parentElement), place(element)].join(" > ");
  const stands = (element) => {
    const all = siblings(element);
    return element === box || [0, all.length - 1].includes(all.indexOf(element));
  };
  const isDrawn = (element) =>
    !element.closest("svg svg, svg > *, .unseen") && element.checkVisibility();

  const hex = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    const parts = [red, green, blue, ...(alpha === 1 ? [] : [alpha * 255])];
    return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
  };
  const boxOf = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  };
  const styleOf = (element) => {
    const style = getComputedStyle(element);
    const line = `${style.borderTopWidth} ${hex(style.borderTopColor)}`;
    const isLined = style.borderTopStyle !== "none" && style.borderTopWidth !== "0px";
    return {
      letters: `${style.fontWeight} ${style.fontSize}/${style.lineHeight}`,
      colours: `${hex(style.color)} on ${hex(style.backgroundColor)}`,
      edge: `${isLined ? line : "none"}, ${style.borderTopLeftRadius}`,
    };
  };
  const look = (element) => {
    const around = element === box ? {} : styleOf(element.parentElement);
    const own = Object.entries(styleOf(element)).filter(([name, value]) => value !== around[name]);
    return { box: boxOf(element), ...Object.fromEntries(own) };
  };
  return Object.fromEntries(
    [box, ...box.querySelectorAll("*")]
      .filter((element) => isDrawn(element) && stands(element))
      .map((element) => [path(element), look(element)]),
  );
};
