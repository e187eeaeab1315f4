import { KEYS, keepInside } from "../element/keep_inside.ts";
import { wear } from "../element/make.ts";
import { drawFrame, type MakeFrame } from "./frame.ts";
import { ignoreEarlyInput } from "./ignore_early_input.ts";
import css from "./inline.css?raw";
import popup from "./popup.css?raw";

/** A frame in the host's element, as wide as that. Cannot be closed and does not take the focus. */
export const frameIn =
  (place: HTMLElement): MakeFrame =>
  (survey, _close, more) => {
    const frame = drawFrame(survey, [popup, ...more.map((file) => file.css), css].join(""));
    const { host, root, box } = frame;
    box.setAttribute("role", "group");
    (box.parentElement as HTMLElement).className = "place";
    wear(survey.theme, box, place);
    const control = new AbortController();
    keepInside(host, control.signal, KEYS);
    const stepCame = ignoreEarlyInput(root);
    place.append(host);

    let begun = false;
    return {
      ...frame,
      put(step, field) {
        frame.put(step, field);
        // The first step replaces nothing, so no press can be meant for earlier content.
        if (begun) stepCame();
      },
      announce(...texts) {
        // Screen readers read the first step with the page, so it needs no announcement.
        if (begun) frame.announce(...texts);
        begun = true;
      },
      remove() {
        control.abort();
        host.remove();
      },
    };
  };
