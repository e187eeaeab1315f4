/**
 * The host sees our element, not our field, as the target of a key: its hot keys would answer. It is what
 * the popup's own file has, until `keepInside` has come.
 */
export const keepInput = (host: HTMLElement): void => {
  for (const type of ["keydown", "keypress", "keyup", "input", "copy", "cut", "paste"]) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
};
