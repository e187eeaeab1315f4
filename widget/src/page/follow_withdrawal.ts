import { listen } from "../core/quietly.ts";

type Host = Window & { sayso?: { consent(given: boolean): void } };

/** Withdraws consent here when another window has removed the stored visitor. */
export const followWithdrawal = (key: string): void =>
  listen(window, "storage", (event: StorageEvent) => {
    if (event.key === key && event.newValue === null) (window as Host).sayso?.consent(false);
  });
