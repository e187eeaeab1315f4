/** Texts of the box with less contrast to what lies behind them than WCAG 1.4.3 asks for. */
(box) => {
  const LEAST = 4.5;
  const parts = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    return [red, green, blue, alpha];
  };
  const over = ([...top], under) => under.map((part, i) => top[i] * top[3] + part * (1 - top[3]));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const own = parts(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(element.parentElement));
  };
  const linear = (part) =>
    part <= 10.3148 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const ratio = (element) => {
    const back = behind(element);
    const front = over(parts(getComputedStyle(element).color), back);
    const [more, less] = [light(front), light(back)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const isText = (element) =>
    element.checkVisibility() &&
    [...element.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
  // The circles of a grid lie behind their numbers by a pseudo-element.
  const inCircle = (element) => element.matches(".points [aria-checked=true]");
  return [...box.querySelectorAll("*")]
    .filter((element) => isText(element) && !inCircle(element) && ratio(element) < LEAST)
    .map((element) => `${ratio(element).toFixed(1)}: ${element.outerHTML}`);
}
