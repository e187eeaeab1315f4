/**
 * Loaded only if the tag has data-datalayer: reports survey events to the host's tag manager, with
 * only the survey's id. See chunks.ts for its interface.
 */
import { on, ready, tag } from "../core/from_loader.ts";

type Page = Record<string, unknown[] | undefined>;

const TOLD = ["shown", "answered", "completed", "dismissed", "snoozed", "never", "unavailable"];

/** Tag managers share data with others. Visitors may refuse this to all sites at once (GPC). */
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
