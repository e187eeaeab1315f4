import { listen } from "../core/quietly.ts";

type Host = Window & { sayso?: { consent(given: boolean): void } };

/** What one window removed as consent was withdrawn there is withdrawn in all windows. */
export const followWithdrawal = (key: string): void =>
  listen(window, "storage", (event: StorageEvent) => {
    if (event.key === key && event.newValue === null) (window as Host).sayso?.consent(false);
  });
