/** WCAG relative luminance of "#rgb" or "#rrggbb"; undefined if it is neither. */
export const luminance = (color: string): number | undefined => {
  const [, digits] = /^#((?:[\da-f]{3}){1,2})$/i.exec(color) || [];
  if (!digits) return;
  const width = digits.length / 3;
  const [r, g, b] = [0, 1, 2].map((i) => {
    const part = digits.slice(i * width, (i + 1) * width).repeat(width === 1 ? 2 : 1);
    const c = Number.parseInt(part, 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Where black and white text have the same contrast. */
const MIDDLE = 0.179;
/** Beyond these an accent has less than 3:1 on our paper, light or dark. */
const TOO_PALE = 0.3;
const TOO_DARK = 0.14;

/** The product's colour, and what keeps it legible. Without one the stylesheet's own serves. */
export const applyAccent = (box: HTMLElement, accent = ""): void => {
  const light = luminance(accent);
  if (light === undefined) return;
  const set = (name: string, value: string) => box.style.setProperty(`--sayso-${name}`, value);
  set("accent", accent);
  set("on-accent", light > MIDDLE ? "#000" : "#fff");
  // The outline of what is chosen must be seen on the paper even where the fill is not.
  if (light > TOO_PALE) set("edge-light", "var(--sayso-text)");
  if (light < TOO_DARK) set("edge-dark", "var(--sayso-text)");
};
