import { keepInput } from "../element/keep_inside.ts";
import { button, draw, wear } from "../element/make.ts";
import { stayAttached } from "../element/stay_attached.ts";
import { drawFrame, type MakeFrame } from "./frame.ts";
import { ignoreEarlyInput } from "./ignore_early_input.ts";
import css from "./popup.css?raw";

const isTypedIn = (box: HTMLElement): boolean =>
  [...box.querySelectorAll<HTMLInputElement>("textarea,.field")].some(({ value }) => value);

/** A frame over the page: a dialog that can be closed. */
export const popupFrame: MakeFrame = (survey, close, more, gone) => {
  const { labels, theme } = survey;
  const frame = drawFrame(survey, css + more.map((file) => file.css).join(""));
  const { host, root, box } = frame;
  box.append(
    button("close", close, { "aria-label": labels.close }, draw("M6.5 6.5l11 11M17.5 6.5l-11 11")),
  );
  wear(theme, box, document.body);

  let before: HTMLElement | null = null;
  root.addEventListener("focusin", (event) => {
    const from = (event as FocusEvent).relatedTarget as HTMLElement | null;
    if (from && !root.contains(from)) before = from;
  });
  keepInput(host);
  box.onkeydown = (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    // The first press does not discard typed text.
    if (root.activeElement !== box && isTypedIn(box)) box.focus();
    else close();
  };
  const stepCame = ignoreEarlyInput(root);
  const detach = stayAttached(host, gone);

  return {
    ...frame,
    put(step, field) {
      frame.put(step, field);
      stepCame();
    },
    remove() {
      const inside = root.activeElement;
      detach();
      if (inside) before?.focus({ preventScroll: true });
    },
  };
};
