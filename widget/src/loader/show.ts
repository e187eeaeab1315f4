import type { Ask, More, OpenPopup } from "../handover.ts";
import { emit } from "./host_callbacks.ts";

let open: { survey: string; close: () => void } | undefined;
let live: string[] | undefined;

export const isOpen = (): boolean => !!open;

export const closePopup = (): void => open?.close();

/** The kill switch: a survey that is not live any more goes at once, also from the screen. */
export const keepOnly = (surveys: string[]): void => {
  live = surveys;
  if (open && !live.includes(open.survey)) open.close();
};

export const show = (openPopup: OpenPopup, ask: Ask, more: More[]): void => {
  const survey = ask.survey.id;
  if (live && !live.includes(survey)) return;
  const close = openPopup(
    ask,
    (event) => {
      if (event === "closed") open = undefined;
      else emit(event, survey);
    },
    more,
  );
  open = { survey, close };
};
