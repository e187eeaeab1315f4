/** Enter goes on, also with Ctrl or Cmd; in a text of several lines only so. Composing never does. */
export const onEnter = (field: HTMLElement, go: (event?: Event) => void, held = false): void => {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (held && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    go();
  });
};
