import { make } from "../element/make.ts";
import type { Step } from "../handover.ts";
import { quietly } from "../quietly.ts";
import type { LinkQuestion } from "../wire.ts";
import { wayOn } from "./way_on.ts";

const WEB = /^https:/i;
/** Nothing else is ever put into a page: a link could be a script. */
const SAFE = /^(https|mailto|tel):/i;

/** A link that looks like the way on; who follows it has answered. */
export const link = (question: LinkQuestion, step: Step): HTMLElement[] => {
  const { label, url } = question;
  const safe = SAFE.test(url);
  // Where there is nothing to follow, nobody is kept.
  const must = safe && !!question.required;
  const way = wayOn({ ...question, required: must }, step, { read: () => undefined });
  const [note, actions] = way.elements as [HTMLElement, HTMLElement];
  actions.lastElementChild?.remove();
  if (!safe) return [note, actions];
  const follow = make("a", {
    class: "send",
    href: url,
    rel: "noopener noreferrer",
    tabindex: 0,
    // Mail and telephone need no empty tab.
    ...(WEB.test(url) ? { target: "_blank" } : {}),
  });
  follow.append(label);
  // The browser follows it before the next question takes its place.
  const done = (event: MouseEvent): void => {
    if (event.button < 2) setTimeout(() => step.goOn({ value: true }), 0);
  };
  follow.onclick = quietly(done);
  follow.onauxclick = quietly(done);
  actions.append(follow);
  return [actions];
};
