/**
 * Loaded only where the tag has data-datalayer: tells the host's tag manager what became of a popup,
 * by the survey's id alone. handover.ts says how it meets the loader.
 */
import { quietly } from "../quietly.ts";
import { ready } from "./loan.ts";

type Page = Record<string, unknown[] | undefined>;

/** A tag manager hands on to others, which a visitor may refuse to all sites at once (GPC). */
const isRefused = (): boolean =>
  !!(navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl;

ready(
  quietly((event: string, survey: string, tag: string) => {
    if (isRefused()) return;
    const page = window as unknown as Page;
    const name = tag || "dataLayer";
    page[name] ??= [];
    page[name].push({ event: `sayso_${event}`, sayso_survey: survey });
  }),
);
