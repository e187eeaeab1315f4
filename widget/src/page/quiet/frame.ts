import { focused } from "../../core/occupied.ts";
import { listen } from "../../core/quietly.ts";
import { now } from "../../core/time.ts";

/** In ms. The visitor counts as typing in a frame for this long after the last observed key. */
const TYPING = 2_000;
/** In ms. Maximum wait for a frame from another origin, whose keys cannot be observed. */
const LONGEST = 20_000;

/** The innermost frame with the focus, as far as we may look inside. */
const focusedFrame = (element = focused()): HTMLIFrameElement | undefined => {
  if (!element?.matches("iframe")) return;
  const frame = element as HTMLIFrameElement;
  return focusedFrame(frame.contentDocument?.activeElement ?? null) ?? frame;
};

let frame: HTMLIFrameElement | undefined;
let began = 0;

/** Whether the visitor may be typing in a frame: the browser reports a recent key or click. */
export const isFrameInUse = (): boolean => {
  const found = focusedFrame();
  const inside = found?.contentDocument;
  if (found !== frame) {
    began = now();
    if (inside) {
      listen(inside, "keydown input", () => {
        began = now();
      });
    }
  }
  frame = found;
  return (
    !!found &&
    navigator.userActivation?.isActive !== false &&
    now() - began < (inside ? TYPING : LONGEST)
  );
};
