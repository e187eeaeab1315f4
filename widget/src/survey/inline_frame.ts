import { KEYS, keepInside } from "../element/keep_inside.ts";
import { wear } from "../element/make.ts";
import { drawFrame, type MakeFrame } from "./frame.ts";
import { ignoreEarlyInput } from "./ignore_early_input.ts";
import css from "./inline.css?raw";
import popup from "./popup.css?raw";

/** Inside an element of the host's, as wide as that is: nothing to close, and nothing takes the focus. */
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
        // Its first step came where nobody could have meant to press anything else.
        if (begun) stepCame();
      },
      announce(...texts) {
        // It has not appeared: it stands in the page, and is read with it.
        if (begun) frame.announce(...texts);
        begun = true;
      },
      remove() {
        control.abort();
        host.remove();
      },
    };
  };
