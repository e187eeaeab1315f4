import { focused } from "../../core/occupied.ts";
import { listen } from "../../core/quietly.ts";
import { now } from "../../core/time.ts";

/** After the last key that is heard in a frame the visitor counts as still typing there for so long. */
const TYPING = 2_000;
/** Keys in another origin's frame are not heard: who is busy in one is waited for no longer. */
const LONGEST = 20_000;

/** The innermost frame that has the focus, as far as we may look into it. */
const focusedFrame = (element = focused()): HTMLIFrameElement | undefined => {
  if (!element?.matches("iframe")) return;
  const frame = element as HTMLIFrameElement;
  return focusedFrame(frame.contentDocument?.activeElement ?? null) ?? frame;
};

let frame: HTMLIFrameElement | undefined;
let began = 0;

/** Whether somebody may be typing in a frame: a browser tells that keys or buttons were just pressed. */
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
