/** The host sees our element, not our field, as the target of a key: its hot keys would answer. */
export const keepInput = (host: HTMLElement): void => {
  for (const type of ["keydown", "keypress", "keyup", "input", "copy", "cut", "paste"]) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
};
