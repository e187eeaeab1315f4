import type { Survey } from "../wire.ts";

/** Puts a theme on what is drawn; its font may be that of the host's page around it. */
export const wear = (theme: Survey["theme"], box: HTMLElement, around: HTMLElement): void => {
  for (const name in theme) box.style.setProperty(`--sayso-${name}`, theme[name] as string);
  if (theme?.font) box.style.fontFamily = getComputedStyle(around).fontFamily;
};
