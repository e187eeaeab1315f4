/**
 * Loaded only where the tag has data-datalayer: tells the host's tag manager what becomes of a popup,
 * by the survey's id alone. chunks.ts says how it meets the loader.
 */
import { on, ready, tag } from "../core/from_loader.ts";

type Page = Record<string, unknown[] | undefined>;

const TOLD = ["shown", "answered", "completed", "dismissed", "snoozed", "never", "unavailable"];

/** A tag manager hands on to others, which a visitor may refuse to all sites at once (GPC). */
const isRefused = (): boolean =>
  !!(navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl;

const name = tag.dataset.datalayer || "dataLayer";

const push = (event: string, survey: string): void => {
  if (isRefused()) return;
  const page = window as unknown as Page;
  page[name] ??= [];
  page[name].push({ event: `sayso_${event}`, sayso_survey: survey });
};

for (const event of TOLD) on(event, ({ survey }) => push(event, survey));
ready(undefined);
