import type { Ask, More, OpenPopup } from "./chunks.ts";
import { emit } from "./host_callbacks.ts";
import type { Trigger } from "./wire.ts";

/** The open survey, and the function that closes it. */
let open: string | undefined;
let close: () => void;
/** Live surveys, by the ends of their ids, as in page rules. */
let live: string[] | undefined;

const isLive = (survey: string): boolean => !live || live.includes(survey.slice(-8));

export const isOpen = (): boolean => !!open;

export const closePopup = (): void => {
  if (open) close();
};

/** The kill switch: closes an open survey at once if it is not live any more. */
export const keepOnly = (surveys: string[]): void => {
  live = surveys;
  if (open && !isLive(open)) close();
};

export const show = (openPopup: OpenPopup, ask: Ask, more: More[], kind: Trigger["kind"]): void => {
  const survey = ask.survey.id;
  if (!isLive(survey)) return;
  close = openPopup(
    ask,
    (event) => {
      if (event === "closed") open = undefined;
      else emit(event, survey);
    },
    more,
    kind,
  );
  open = survey;
};
