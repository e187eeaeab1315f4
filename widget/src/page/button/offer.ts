import { asText } from "../../core/as_text.ts";
import { currentRules, deliver, key, matchUrl, postAs, recall } from "../../core/from_loader.ts";
import { here } from "../../core/here.ts";
import { now, STALE } from "../../core/time.ts";
import type { Button } from "../../core/wire.ts";

/** In ms. The server's reply is cached for this long, for this tab and visitor. */
const LASTS = 3_600_000;

const KEPT = `${key}:button`;

interface Told {
  button: Button | null;
  /** The cache key: rules, visitor, language. */
  about: string;
  until: number;
}

const isHere = (rule: object): boolean => matchUrl(rule, location.href);

/** Surveys that a button may open on this page, by their names in page rules. */
export const surveysHere = (): string[] => {
  const { moments = [], excluded } = currentRules();
  return excluded?.some(isHere)
    ? []
    : moments.filter((rule) => rule.kind === "button" && isHere(rule)).map(({ survey }) => survey);
};

const told = (about: string): Told | undefined => {
  try {
    const kept: Told = JSON.parse(sessionStorage.getItem(KEPT) as string);
    if (kept?.about === about && now() < kept.until) return kept;
  } catch {}
};

const keep = (one: Told): void => {
  try {
    sessionStorage.setItem(KEPT, asText(one));
  } catch {}
};

export const forgetOffer = (): void => {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {}
};

/** The button for this page; a tab asks the server once, not on each page. */
export const offer = async (): Promise<Button | undefined> => {
  const surveys = surveysHere();
  if (!surveys[0]) return;
  const page = here();
  const about = asText([surveys, currentRules().version, recall(""), page.locale]);
  const kept = told(about);
  if (kept) return kept.button ?? undefined;
  const reply: { button: Button | null } | undefined = await deliver(
    () => postAs("button", { surveys, page }),
    now() + STALE,
  );
  if (!reply) return;
  keep({ button: reply.button, about, until: now() + LASTS });
  return reply.button ?? undefined;
};
